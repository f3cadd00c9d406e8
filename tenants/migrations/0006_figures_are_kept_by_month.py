"""Figures are kept by month."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0005_no_lists_of_firms"),
    ]

    operations = [
        SqlFile("functions/office_firm_count", sha256=None, was="aa265c1e1f0e"),
    ]
