"""Judges sign as what they are."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0007_judged_at_the_soc"),
    ]

    operations = [
        SqlFile("tables/alerts_alertjudgement", sha256="96d9ee971902", was="49994dfb1df7"),
        SqlFile("tables/alerts_alertnote", sha256="8582bfeeca41"),
    ]
