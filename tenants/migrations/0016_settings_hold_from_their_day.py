"""Settings hold from their day."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0015_settings_are_planned_and_withdrawn"),
    ]

    operations = [
        SqlFile("tables/tenants_programmesettings", sha256="5d596fa03499", was="f95e8ff14ebb"),
    ]
