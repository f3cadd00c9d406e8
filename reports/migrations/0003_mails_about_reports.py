"""Mails about a month name its report in columns."""

from django.db import migrations

from tenants.tenancy import rls

OF_REPORTS = """
UPDATE notifications_outboxmessage m SET about_type = 'monthlyreport', about_id = r.id FROM reports_monthlyreport r
 WHERE m.kind = 'report' AND r.tenant_id = m.tenant_id AND to_char(r.month, 'YYYY-MM') = split_part(m.key, ':', 2)
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_sql"), ("notifications", "0003_mails_say_what_they_are_about")]

    operations = [
        rls.rewrite_rows("notifications_outboxmessage", OF_REPORTS, expect="any", reads=["reports_monthlyreport"]),
    ]
