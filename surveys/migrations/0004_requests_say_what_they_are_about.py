"""A request to say how it was names what ended in columns; it was a key ("job:5")."""

from django.db import migrations, models

from base.sql_files import SqlFile
from tenants.tenancy import rls

COLUMNS = """
UPDATE surveys_feedbackrequest SET about_type = split_part(subject_key, ':', 1), about_id = split_part(subject_key, ':', 2)::bigint
"""
KEYS = "UPDATE surveys_feedbackrequest SET subject_key = about_type || ':' || about_id"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_mails_about_requests")]

    operations = [
        migrations.RemoveConstraint("feedbackrequest", "feedback_asked_once"),
        migrations.AddField("feedbackrequest", "about_type", models.CharField(default="", max_length=40), preserve_default=False),
        migrations.AddField("feedbackrequest", "about_id", models.BigIntegerField(default=0), preserve_default=False),
        rls.rewrite_rows("surveys_feedbackrequest", COLUMNS, expect="some", back=KEYS),
        SqlFile("functions/cases_unasked", sha256="9625779303bd", was="47215f8c12b4"),
        SqlFile("functions/incidents_unasked", sha256="a1c54c0a23a1", was="24af46caae27"),
        SqlFile("functions/jobs_unasked", sha256="916fc3313857", was="0c9559d3fd6f"),
        migrations.AlterField("feedbackrequest", "subject_key", models.CharField(default="", max_length=60)),
        migrations.RemoveField("feedbackrequest", "subject_key"),
        migrations.AddConstraint(
            "feedbackrequest",
            models.UniqueConstraint(fields=("tenant", "kind", "about_type", "about_id"), name="feedback_asked_once"),
        ),
    ]
