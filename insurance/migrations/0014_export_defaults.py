"""Rows written by SQL, or by the version before while both run, are in no transfer file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insurance", "0013_exported_once")]

    operations = [
        migrations.AlterField("claim", "exports", models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.AlterField(
            "claim", "export_reason", models.CharField(blank=True, max_length=300, default="", db_default="")
        ),
    ]
