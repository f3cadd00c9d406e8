"""A partner that leaves keeps the firms of its other programmes."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0016_settings_hold_from_their_day"),
    ]

    operations = [
        SqlFile("functions/partner_leave", sha256="4e11ee802707", was="ca297bd65152"),
    ]
