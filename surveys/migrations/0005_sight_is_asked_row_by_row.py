"""Sight is asked row by row."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0004_requests_say_what_they_are_about"),
        ("tenants", "0004_sight_is_asked_row_by_row"),
        ("notifications", "0006_sight_is_asked_row_by_row"),
        ("sensors", "0003_sight_is_asked_row_by_row"),
        ("alerts", "0006_sight_is_asked_row_by_row"),
        ("incidents", "0006_sight_is_asked_row_by_row"),
        ("insurance", "0004_sight_is_asked_row_by_row"),
    ]

    operations = [
        SqlFile("tables/surveys_feedbackanswer", sha256="81ffae049a9d", was="86be60a01591"),
        SqlFile("tables/surveys_feedbackrequest", sha256="78220c76177c", was="6921ad3127f7"),
        SqlFile("tables/surveys_jobhearing", sha256="075e2ca7ba22", was="e2cc3b2b3446"),
    ]
