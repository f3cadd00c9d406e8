"""Programmes are founded and partners come and go."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("insurance", "0004_sight_is_asked_row_by_row"),
        ("tenants", "0012_programmes_are_founded_and_partners_come_and_go"),
        ("sensors", "0013_programmes_are_founded_and_partners_come_and_go"),
        ("incidents", "0022_programmes_are_founded_and_partners_come_and_go"),
    ]

    operations = [
        SqlFile("functions/partner_open_work", sha256="ed7b40a0d677"),
        SqlFile("tables/insurance_policyversion", sha256="e14c332e6892", was="f4633bab0beb"),
    ]
