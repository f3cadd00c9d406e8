"""Detections are counted by month."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0011_detections_by_month"),
    ]

    operations = [
        SqlFile("functions/detection_figures", sha256="d642928ba8af"),
        SqlFile("functions/detections_count", sha256="ab86b3a34e1c"),
        SqlFile("functions/detections_counted", sha256="8be0413dfa4e"),
        SqlFile("functions/detections_to_count", sha256="4f0a81cabc72"),
        SqlFile("tables/reports_detectionfigure", sha256="20cf5a8a45ed"),
    ]
