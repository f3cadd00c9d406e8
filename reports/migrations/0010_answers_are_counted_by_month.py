"""Answers are counted by month."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0009_a_month_is_compared_revised_and_judged"),
        ("incidents", "0023_answers_are_counted_by_month"),
    ]

    operations = [
        SqlFile("functions/figures_counted", sha256="b79d19db153d", was="fee43ca68030"),
        SqlFile("functions/office_figures", sha256="2d032cff8d1c", was="c0ce7eefe5d0"),
    ]
