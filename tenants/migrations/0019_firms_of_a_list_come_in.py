"""Firms of a list come in."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0018_firms_are_entered_by_a_file"),
    ]

    operations = [
        SqlFile("functions/firm_list_step", sha256="0c4d53cc6e59"),
        SqlFile("functions/firm_lists_taken", sha256="0913cd4622ed"),
        SqlFile("tables/tenants_firmlist", sha256="fc3b09002b0a"),
    ]
