"""Tries and pauses of report making; doors that give only firms and reports on which work is due."""

from django.db import migrations, models

from tenants.tenancy import rls

UNREPORTED = """
SELECT DISTINCT e.tenant_id FROM tenants_enrolment e
 WHERE e.contract_start <= last_day AND (e.contract_end IS NULL OR e.contract_end >= first_day)
   AND NOT EXISTS (SELECT 1 FROM reports_monthlyreport r
                    WHERE r.tenant_id = e.tenant_id AND r.month = first_day AND r.provisional_until IS NULL)
"""
UNMADE = """
SELECT r.tenant_id, r.id FROM reports_monthlyreport r
 WHERE (r.state = 'waiting' OR (r.state = 'failed' AND r.attempts < most_attempts))
   AND (r.not_before IS NULL OR r.not_before <= now())
 ORDER BY r.id LIMIT how_many
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_row_level_security")]

    operations = [
        migrations.AddField("monthlyreport", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("monthlyreport", "not_before", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "monthlyreport",
            models.Index(fields=["id"], name="report_unmade", condition=~models.Q(state="ready")),
        ),
        migrations.RunSQL(
            "DROP FUNCTION IF EXISTS sec.enrolled_firms(date); DROP FUNCTION IF EXISTS sec.waiting_reports()", migrations.RunSQL.noop
        ),
        rls.definer_function(
            "unreported_firms(first_day date, last_day date)", "TABLE (tenant_id bigint)", UNREPORTED,
            volatility="STABLE",
        ),
        rls.definer_function(
            "unmade_reports(how_many integer, most_attempts integer)",
            "TABLE (tenant_id bigint, report_id bigint)",
            UNMADE,
            volatility="STABLE",
        ),
    ]
