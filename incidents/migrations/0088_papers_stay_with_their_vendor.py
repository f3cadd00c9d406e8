"""Report and invoice of a finished job stay with the vendor that wrote them, when its sight of the firm has ended."""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"

# Books are kept seven years after the return of the year is due, ten with a loss (法人税法施行規則59条, 26条の3).
OWN = f"""incidents_job j
  JOIN tenants_membership m ON m.organisation_id = j.vendor_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp()
  JOIN LATERAL (SELECT x.* FROM incidents_jobreport x WHERE x.tenant_id = j.tenant_id AND x.job_id = j.id
                 ORDER BY x.version DESC LIMIT 1) r ON true
  LEFT JOIN LATERAL (SELECT x.* FROM incidents_invoice x WHERE x.tenant_id = j.tenant_id AND x.job_id = j.id
                      AND x.vendor_id = {ORGANISATION} AND x.state <> 'void' ORDER BY x.id DESC LIMIT 1) v ON true"""
KEPT = "j.state IN ('signed', 'closed') AND r.entered_at > statement_timestamp() - interval '10 years'"
OWN_PAPERS = f"""
SELECT j.id, j.number, j.kind::text, coalesce(r.content ->> 'firm', '')::text, r.entered_at, j.closed_at,
       v.number::text, v.total_yen, v.state::text
  FROM {OWN} WHERE {KEPT} ORDER BY r.entered_at DESC, j.id DESC
"""
OWN_PAPER = f"""
SELECT to_jsonb(r), to_jsonb(s), to_jsonb(v)
  FROM {OWN}
  LEFT JOIN incidents_signoff s ON s.tenant_id = r.tenant_id AND s.report_id = r.id
 WHERE {KEPT} AND j.id = job
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0087_invoice_says_whom_to_pay")]

    operations = [
        migrations.RunSQL(
            "GRANT SELECT ON incidents_jobreport, incidents_signoff TO sec_definer", migrations.RunSQL.noop
        ),
        rls.definer_function(
            "own_papers()",
            "TABLE (job_id bigint, job_number integer, kind text, firm text, reported_at timestamptz,"
            " closed_at timestamptz, invoice_number text, total_yen integer, invoice_state text)",
            OWN_PAPERS,
            volatility="STABLE",
        ),
        rls.definer_function(
            "own_paper(job bigint)",
            "TABLE (report jsonb, mark jsonb, invoice jsonb)",
            OWN_PAPER,
            volatility="STABLE",
        ),
    ]
