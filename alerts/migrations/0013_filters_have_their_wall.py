"""Kept filters have their wall."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0012_an_analyst_keeps_filters"),
    ]

    operations = [
        SqlFile("tables/alerts_savedfilter", sha256="699330217a5a"),
    ]
