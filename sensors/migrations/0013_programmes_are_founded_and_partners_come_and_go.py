"""Programmes are founded and partners come and go."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("sensors", "0012_isolations_have_their_walls"),
        ("tenants", "0012_programmes_are_founded_and_partners_come_and_go"),
    ]

    operations = [
        SqlFile("functions/partner_firms", sha256="a9bb84735455"),
        SqlFile("functions/partner_grant", sha256="f9d38d5565ef"),
        SqlFile("functions/partners_of_programme", sha256="731c1fa6d5ba"),
        SqlFile("functions/partners_to_grant", sha256="5213b939e43e"),
    ]
