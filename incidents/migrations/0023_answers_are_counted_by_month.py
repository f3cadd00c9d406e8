"""Answers are counted by month."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0022_programmes_are_founded_and_partners_come_and_go"),
    ]

    operations = [
        SqlFile("functions/answers_counted", sha256="bf30e470e8c8"),
        SqlFile("functions/office_answers", sha256=None, was="9409c39130db"),
    ]
