"""Figures are kept by month."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0005_figures_of_months"),
    ]

    operations = [
        SqlFile("functions/figures_counted", sha256="da5b0e753976"),
        SqlFile("functions/month_count", sha256="3bc65b227f71"),
        SqlFile("functions/months_to_count", sha256="462bfd9050c3"),
        SqlFile("functions/office_figures", sha256="9866e8591ace"),
        SqlFile("tables/reports_programmefigure", sha256="751a0cff06e9"),
        SqlFile("functions/office_firms_heard", sha256=None, was="285d8912cbf6"),
        SqlFile("functions/office_hearings", sha256=None, was="0b8e8251f3da"),
        SqlFile("functions/office_incidents", sha256=None, was="09e6c3c757f2"),
        SqlFile("functions/office_inquiries", sha256=None, was="019769774dd9"),
    ]
