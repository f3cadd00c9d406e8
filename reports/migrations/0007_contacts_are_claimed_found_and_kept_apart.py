"""Contacts are claimed, found and kept apart."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0006_figures_are_kept_by_month"),
        ("notifications", "0009_contacts_are_claimed_found_and_kept_apart"),
    ]

    operations = [
        SqlFile("functions/waiting_work", sha256="8b684a8d2f92", was="da044483428f"),
    ]
