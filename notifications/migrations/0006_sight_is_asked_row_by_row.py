"""Sight is asked row by row."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_no_subject_key"),
        ("tenants", "0004_sight_is_asked_row_by_row"),
    ]

    operations = [
        SqlFile("tables/notifications_attention", sha256="2ffb931db110", was="1526ec4f50be"),
        SqlFile("tables/notifications_outboxmessage", sha256="c5f0e2842f71", was="5a11f75cb620"),
    ]
