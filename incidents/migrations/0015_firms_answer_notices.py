"""Firms answer notices."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0014_answers_to_notices"),
    ]

    operations = [
        SqlFile("functions/running_answer_watches", sha256="1556369e43ef"),
        SqlFile("tables/incidents_alertanswer", sha256="51dc920b35d5"),
        SqlFile("tables/incidents_answerwatch", sha256="95c53c475ea8"),
    ]
