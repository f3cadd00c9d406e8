"""What firms read of an early warning is the name of a rule of ours, not what boxes sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0085_mail_is_read_once")]

    operations = [
        migrations.AddField(
            model_name="earlywarning",
            name="shown",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
    ]
