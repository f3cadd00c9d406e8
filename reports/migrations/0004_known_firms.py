"""No report of a month before the firm was entered here: nobody could have watched for it."""

from django.db import migrations

from tenants.tenancy import rls

UNREPORTED = """
SELECT DISTINCT e.tenant_id FROM tenants_enrolment e JOIN tenants_organisation o ON o.id = e.tenant_id
 WHERE e.contract_start <= last_day AND (e.contract_end IS NULL OR e.contract_end >= first_day)
   AND o.created_at < (last_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'
   AND NOT EXISTS (SELECT 1 FROM reports_monthlyreport r
                    WHERE r.tenant_id = e.tenant_id AND r.month = first_day AND r.provisional_until IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_attempts"), ("tenants", "0002_row_level_security")]

    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS sec.unreported_firms(date, date)", migrations.RunSQL.noop),
        rls.definer_function(
            "unreported_firms(first_day date, last_day date)", "TABLE (tenant_id bigint)", UNREPORTED,
            volatility="STABLE",
        ),
    ]
