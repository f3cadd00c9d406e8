"""Programmes are founded and partners come and go."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0021_a_month_is_compared_revised_and_judged"),
        ("tenants", "0012_programmes_are_founded_and_partners_come_and_go"),
        ("sensors", "0013_programmes_are_founded_and_partners_come_and_go"),
    ]

    operations = [
        SqlFile("functions/desk_offices", sha256="eae6245d2593", was="d11d8787a54e"),
        SqlFile("functions/report_call", sha256="1009bb43d1b1", was="d084be179dc2"),
        SqlFile("functions/served_programmes", sha256="0fbff433126d", was="edc125b766a5"),
        SqlFile("functions/writable_programmes", sha256="a49c83cd35a2", was="c41f5c2da14b"),
        SqlFile("tables/incidents_vendorlisting", sha256="a6e792a52417", was="90bba6994b6c"),
        SqlFile("tables/incidents_vendorprofile", sha256="0de8c20e998e", was="b8de803c751c"),
    ]
