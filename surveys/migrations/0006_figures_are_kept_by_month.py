"""Figures are kept by month."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0005_sight_is_asked_row_by_row"),
        ("tenants", "0006_figures_are_kept_by_month"),
        ("incidents", "0009_figures_are_kept_by_month"),
    ]

    operations = [
        SqlFile("functions/office_feedback", sha256=None, was="a26c8c16390e"),
    ]
