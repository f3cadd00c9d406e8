"""What PostgreSQL does for this room: the functions of schema sec, and what is allowed on each table."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("sensors", "0001_tables"),
        ("tenants", "0002_sql"),
    ]

    operations = [
        SqlFile("functions/file_reporters", sha256="b3ab889a6350"),
        SqlFile("functions/introduced_firms", sha256="51d5dcb27789"),
        SqlFile("functions/sensor_key", sha256="bd4204d63323"),
        SqlFile("functions/silent_sensors", sha256="5dd3b883b5b2"),
        SqlFile("functions/try_activation_code", sha256="be982f4d97f2"),
        SqlFile("tables/sensors_activationcode", sha256="94285f810bd9"),
        SqlFile("tables/sensors_device", sha256="d46a6d8fa157"),
        SqlFile("tables/sensors_filereport", sha256="b39c285f1053"),
        SqlFile("tables/sensors_inspectionconsent", sha256="fdec061f0bec"),
        SqlFile("tables/sensors_order", sha256="b8da962a6dc9"),
        SqlFile("tables/sensors_orderfile", sha256="61bf235c4ae7"),
        SqlFile("tables/sensors_protectionday", sha256="7f0fbad2f53f"),
        SqlFile("tables/sensors_rulebundle", sha256="820b5a80d65f"),
        SqlFile("tables/sensors_sensor", sha256="081de8da6d0c"),
        SqlFile("tables/sensors_sensorkey", sha256="17474295aabb"),
        SqlFile("tables/sensors_suppression", sha256="440fa2a341a0"),
        SqlFile("tables/sensors_watchgap", sha256="1c3b1644fe26"),
    ]
