"""Isolations have their walls."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("sensors", "0011_machines_are_cut_off"),
    ]

    operations = [
        SqlFile("functions/isolations_to_follow", sha256="b101e532e55a"),
        SqlFile("tables/sensors_isolation", sha256="7b427781b42f"),
        SqlFile("tables/sensors_isolationconsent", sha256="6ffb321a026d"),
    ]
