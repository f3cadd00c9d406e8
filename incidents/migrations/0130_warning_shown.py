"""What firms read of an early warning is the name of a rule of ours, not what boxes sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0190_files_are_checked_by_a_worker")]

    operations = [
        migrations.AddField(
            model_name="earlywarning",
            name="shown",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
    ]
