"""Rows of the desk are found by their words."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0012_words_are_found_by_an_index"),
    ]

    operations = [
        SqlFile("functions/desk_rows_worded", sha256="f59f724e988b"),
    ]
