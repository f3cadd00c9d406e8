"""Counts of partners have their wall."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("sensors", "0013_programmes_are_founded_and_partners_come_and_go"),
        ("tenants", "0014_counts_of_partners_have_their_wall"),
    ]

    operations = [
        SqlFile("functions/partner_grant", sha256="ed6f606bf0cb", was="f9d38d5565ef"),
        SqlFile("functions/partners_count", sha256="5db14ae19443"),
        SqlFile("functions/partners_of_programme", sha256="0e766ac76fe5", was="731c1fa6d5ba"),
    ]
