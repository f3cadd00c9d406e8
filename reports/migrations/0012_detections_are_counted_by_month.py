"""Detections are counted by month."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0011_detections_by_month"),
    ]

    operations = [
        SqlFile("functions/detection_figures", sha256="8de756401507"),
        SqlFile("functions/detections_count", sha256="ab86b3a34e1c"),
        SqlFile("functions/detections_counted", sha256="6eea751c76f1"),
        SqlFile("functions/detections_to_count", sha256="4f0a81cabc72"),
        SqlFile("tables/reports_detectionfigure", sha256="20cf5a8a45ed"),
    ]
