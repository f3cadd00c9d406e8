"""Figures are kept by month."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0008_few_jobs_are_found_by_their_grants"),
        ("tenants", "0006_figures_are_kept_by_month"),
    ]

    operations = [
        SqlFile("functions/office_cases", sha256=None, was="2403c68f54bc"),
        SqlFile("functions/office_contacts", sha256=None, was="19b3551b2444"),
        SqlFile("functions/office_lead_times", sha256=None, was="37bc9138b122"),
        SqlFile("functions/office_minutes", sha256=None, was="9c28715a4003"),
        SqlFile("functions/office_pay", sha256=None, was="6977f0096ee0"),
        SqlFile("functions/office_visits", sha256=None, was="fd29145b57d9"),
    ]
