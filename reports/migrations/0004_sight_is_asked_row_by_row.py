"""Sight is asked row by row."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_mails_about_reports"),
        ("tenants", "0004_sight_is_asked_row_by_row"),
        ("notifications", "0006_sight_is_asked_row_by_row"),
        ("sensors", "0003_sight_is_asked_row_by_row"),
        ("alerts", "0006_sight_is_asked_row_by_row"),
        ("incidents", "0006_sight_is_asked_row_by_row"),
        ("insurance", "0004_sight_is_asked_row_by_row"),
        ("surveys", "0005_sight_is_asked_row_by_row"),
    ]

    operations = [
        SqlFile("tables/reports_monthlyreport", sha256="0fc318a718eb", was="a0406699111e"),
    ]
