"""The wall around monthly reports. Partners have no right to a firm's report."""

from django.db import migrations

from tenants.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("tenants", "0002_row_level_security")]

    operations = [
        rls.protect("reports_monthlyreport", opens_for=("desk",)),
        rls.definer_function(
            "enrolled_firms(on_day date)",
            "TABLE (tenant_id bigint)",
            "SELECT DISTINCT e.tenant_id FROM tenants_enrolment e"
            " WHERE e.contract_start <= on_day AND (e.contract_end IS NULL OR e.contract_end >= on_day)",
            volatility="STABLE",
        ),
        rls.definer_function(
            "waiting_reports()",
            "TABLE (tenant_id bigint, report_id bigint)",
            "SELECT r.tenant_id, r.id FROM reports_monthlyreport r WHERE r.state = 'waiting'",
            volatility="STABLE",
        ),
    ]
