"""What PostgreSQL does for this room: the functions of schema sec, and what is allowed on each table."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_tables"),
        ("tenants", "0002_sql"),
        ("notifications", "0002_sql"),
        ("alerts", "0002_sql"),
        ("incidents", "0002_sql"),
        ("surveys", "0002_sql"),
    ]

    operations = [
        SqlFile("functions/office_firms_heard", sha256="285d8912cbf6"),
        SqlFile("functions/office_hearings", sha256="0b8e8251f3da"),
        SqlFile("functions/office_incidents", sha256="09e6c3c757f2"),
        SqlFile("functions/office_inquiries", sha256="019769774dd9"),
        SqlFile("functions/unmade_reports", sha256="22d136d03f5d"),
        SqlFile("functions/unreported_firms", sha256="c27878ee8277"),
        SqlFile("functions/waiting_work", sha256="da044483428f"),
        SqlFile("tables/reports_monthlyreport", sha256="a0406699111e"),
    ]
