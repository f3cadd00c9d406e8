"""Offices find their firms by an index and count them to an end."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0009_figures_are_kept_by_month"),
    ]

    operations = [
        SqlFile("functions/office_firm_ids", sha256="56bff8994ce3"),
        SqlFile("functions/office_firms", sha256="8bbbf7329915", was="07753168e309"),
        SqlFile("functions/office_firms_counted", sha256="7286e7f02305", was="c5aaaedac621"),
    ]
