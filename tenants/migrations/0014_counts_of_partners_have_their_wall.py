"""Counts of partners have their wall."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0013_partners_are_counted"),
    ]

    operations = [
        SqlFile("tables/tenants_partnercount", sha256="31f5a9b5ebc5"),
    ]
