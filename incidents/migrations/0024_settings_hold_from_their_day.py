"""Settings hold from their day."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0016_settings_hold_from_their_day"),
        ("incidents", "0023_answers_are_counted_by_month"),
        ("tenants", "0016_settings_hold_from_their_day"),
    ]

    operations = [
        SqlFile("functions/policy_groups", sha256="b8e6714cd982", was="6a104947f2be"),
        SqlFile("functions/returning_groups", sha256="388cc1827c50", was="e0a031acb6f9"),
        SqlFile("functions/spreading", sha256="5529a4a90c88", was="ff11d69b5402"),
    ]
