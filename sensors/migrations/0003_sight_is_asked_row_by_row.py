"""Sight is asked row by row."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("sensors", "0002_sql"),
        ("tenants", "0004_sight_is_asked_row_by_row"),
        ("notifications", "0006_sight_is_asked_row_by_row"),
    ]

    operations = [
        SqlFile("tables/sensors_activationcode", sha256="420005b5a54c", was="94285f810bd9"),
        SqlFile("tables/sensors_device", sha256="1e2c85dd6db6", was="d46a6d8fa157"),
        SqlFile("tables/sensors_filereport", sha256="bf317f9649a6", was="b39c285f1053"),
        SqlFile("tables/sensors_inspectionconsent", sha256="ebb6c2f76f65", was="fdec061f0bec"),
        SqlFile("tables/sensors_order", sha256="1314dddd1e08", was="b8da962a6dc9"),
        SqlFile("tables/sensors_protectionday", sha256="97bbd1352aca", was="7f0fbad2f53f"),
        SqlFile("tables/sensors_sensor", sha256="6c84606712ec", was="081de8da6d0c"),
        SqlFile("tables/sensors_sensorkey", sha256="646b5da1a187", was="17474295aabb"),
        SqlFile("tables/sensors_suppression", sha256="b1ca4f5fefa8", was="440fa2a341a0"),
        SqlFile("tables/sensors_watchgap", sha256="8f6b299ec228", was="1c3b1644fe26"),
    ]
