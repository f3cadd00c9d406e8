"""Requests to look and what spreads are found by columns instead of keys of several parts."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0004_mails_about_incidents"),
        ("notifications", "0004_attentions_say_what_they_are_about"),
    ]
    run_before = [("notifications", "0005_no_subject_key")]

    operations = [
        SqlFile("functions/spreading", sha256="ff11d69b5402", was="1a58ac666b36"),
        SqlFile("functions/stalled_installs", sha256="4fd7d7007024", was="ae98cdc0c1ad"),
        SqlFile("functions/unread_incidents", sha256="ee45b4e62b11", was="642672aea64b"),
    ]
