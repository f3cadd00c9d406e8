"""Answers about machines and lists of machines are walled."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("sensors", "0009_ledgers_of_firms"),
    ]

    operations = [
        SqlFile("tables/sensors_deviceanswer", sha256="df1058047f14"),
        SqlFile("tables/sensors_ledgerfile", sha256="68d7136fe35f"),
    ]
