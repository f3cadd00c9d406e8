"""A group that an incident takes says by its state that no digest names it."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_sql"), ("alerts", "0003_digest_state")]
    run_before = [("alerts", "0004_no_digest_key")]

    operations = [
        SqlFile("functions/groups_of_open_incidents", sha256="dc2e46a450f8", was="eb098a3cd0dd"),
    ]
