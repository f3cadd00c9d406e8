"""What PostgreSQL does for this room: the functions of schema sec, and what is allowed on each table."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0001_tables"),
        ("tenants", "0002_sql"),
        ("incidents", "0002_sql"),
    ]

    operations = [
        SqlFile("functions/cases_unasked", sha256="47215f8c12b4"),
        SqlFile("functions/feedback_asked", sha256="cbaba091b7f7"),
        SqlFile("functions/feedback_to_remind", sha256="d97d90075fb0"),
        SqlFile("functions/incidents_unasked", sha256="24af46caae27"),
        SqlFile("functions/jobs_unasked", sha256="0c9559d3fd6f"),
        SqlFile("functions/office_feedback", sha256="a26c8c16390e"),
        SqlFile("tables/surveys_feedbackanswer", sha256="86be60a01591"),
        SqlFile("tables/surveys_feedbackrequest", sha256="6921ad3127f7"),
        SqlFile("tables/surveys_jobhearing", sha256="e2cc3b2b3446"),
    ]
