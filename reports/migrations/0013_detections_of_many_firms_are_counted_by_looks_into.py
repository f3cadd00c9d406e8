"""Detections of many firms are counted by looks into their contracts."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0012_detections_are_counted_by_month"),
    ]

    operations = [
        SqlFile("functions/detections_counted", sha256="cd9a970f2f16", was="8be0413dfa4e"),
    ]
