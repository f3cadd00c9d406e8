"""An invoice keeps who issued it, where to pay, by when, and the days of the work, as they were on its day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0086_warning_shown")]

    operations = [
        migrations.AddField("invoice", "issuer", models.JSONField(default=dict, db_default={})),
        migrations.AddField("invoice", "due_on", models.DateField("支払期限", null=True)),
        migrations.AddField("invoice", "work_first", models.DateField(null=True)),
        migrations.AddField("invoice", "work_last", models.DateField(null=True)),
    ]
