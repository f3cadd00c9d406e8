"""A month is compared, revised and judged."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0009_contacts_are_claimed_found_and_kept_apart"),
        ("tenants", "0009_a_soc_reads_what_is_agreed_for_its_programmes"),
        ("incidents", "0020_how_notices_ended_is_counted_over_all_firms"),
    ]

    operations = [
        SqlFile("functions/office_answers", sha256="9409c39130db"),
    ]
