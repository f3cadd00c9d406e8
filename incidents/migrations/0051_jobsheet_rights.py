"""Who reads and writes a job's sheet. Rows are added; what may change is named column by column."""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
SHEET = ("workentry", "sheetrecord", "jobreport", "signoff", "upload", "evidence", "invoice", "watch")
JOB = {"of_job": "job_id", "jobs_read": ("job", "office")}
STAFF = ("desk", "breakglass")
CHANGEABLE = {
    "workentry": "stopped_at, minutes",
    "upload": "received, state, problem",
    "invoice": "state, state_at, state_by_id, state_reason",
    "watch": "recurred_at, state",
}

# The vendor withdraws its invoice, and nothing else about it.
WITHDRAWS = f"""
CREATE POLICY withdraws ON incidents_invoice FOR UPDATE
  USING (vendor_id = {ORGANISATION} AND state IN ('issued', 'returned')
    AND job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]))
  WITH CHECK (vendor_id = {ORGANISATION} AND state = 'void' AND state_by_id = {USER});
"""
# Nobody but the job's vendor writes its invoice, in its own name.
OWN_NAME = f"""
DROP POLICY adds ON incidents_invoice;
CREATE POLICY adds ON incidents_invoice FOR INSERT
  WITH CHECK (vendor_id = {ORGANISATION} AND state = 'issued'
    AND job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
"""
# The network a vendor will meet: boxes of the firm whose job it took.
JOB_SITES = f"""
SELECT s.name::text, s.state::text, s.activated_at, s.last_seen_at, s.home_net
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
  JOIN sensors_sensor s ON s.tenant_id = j.tenant_id AND s.state <> 'retired'
 WHERE j.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
 ORDER BY s.id
"""
UNWATCHED = """
SELECT j.tenant_id, j.id FROM incidents_job j
 WHERE j.incident_id IS NOT NULL AND j.state IN ('reported', 'signed', 'closed')
   AND EXISTS (SELECT 1 FROM incidents_sheetrecord r WHERE r.job_id = j.id AND r.tenant_id = j.tenant_id
     AND r.kind = 'scan' AND NOT r.void AND NOT EXISTS (SELECT 1 FROM incidents_sheetrecord c
       WHERE c.tenant_id = r.tenant_id AND c.corrects_id = r.id))
   AND NOT EXISTS (SELECT 1 FROM incidents_watch w WHERE w.tenant_id = j.tenant_id AND w.job_id = j.id)
 ORDER BY j.id
"""
PAID = """
SELECT j.tenant_id, j.id FROM incidents_job j
  JOIN incidents_invoice i ON i.tenant_id = j.tenant_id AND i.job_id = j.id AND i.state = 'settled'
 WHERE j.state = 'signed' ORDER BY j.id
"""
RUNNING = "SELECT w.tenant_id, w.id FROM incidents_watch w WHERE w.state = 'running' ORDER BY w.id"


def same_firm(table: str, column: str, target: str) -> migrations.RunSQL:
    return rls.same_firm_reference(f"incidents_{table}", column, f"incidents_{target}")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0050_jobsheet"), ("sensors", "0001_initial")]

    operations = [
        *[rls.referable(f"incidents_{table}") for table in ("workentry", "sheetrecord", "jobreport")],
        *[same_firm(table, "job_id", "job") for table in SHEET],
        same_firm("workentry", "corrects_id", "workentry"),
        same_firm("sheetrecord", "corrects_id", "sheetrecord"),
        same_firm("signoff", "report_id", "jobreport"),
        same_firm("watch", "incident_id", "incident"),
        same_firm("watch", "scan_id", "sheetrecord"),
        rls.guard("incidents_workentry", reads=STAFF, **JOB, jobs_add=("job",), jobs_change=("job",)),
        *[
            rls.guard(f"incidents_{table}", reads=STAFF, **JOB, jobs_add=("job",))
            for table in ("sheetrecord", "jobreport", "evidence")
        ],
        rls.guard("incidents_signoff", reads=STAFF, adds=("firm",), **JOB, jobs_add=("job",)),
        rls.guard("incidents_upload", of_job="job_id", jobs_read=("job",), jobs_add=("job",), jobs_change=("job",)),
        rls.guard(
            "incidents_invoice",
            reads=("office", *STAFF),
            changes=("office",),
            of_job="job_id",
            jobs_read=("job",),
            jobs_add=("job",),
        ),
        migrations.RunSQL(OWN_NAME + WITHDRAWS, "DROP POLICY withdraws ON incidents_invoice"),
        rls.guard("incidents_watch", reads=("watch", *STAFF), of_job="job_id", jobs_read=("job",)),
        migrations.RunSQL(
            f"REVOKE UPDATE ON {', '.join(f'incidents_{table}' for table in SHEET)} FROM otasuke_app;"
            + "".join(f"GRANT UPDATE ({names}) ON incidents_{table} TO otasuke_app;" for table, names in CHANGEABLE.items())
            + "GRANT SELECT ON incidents_sheetrecord, incidents_watch, incidents_invoice TO sec_definer;",
            migrations.RunSQL.noop,
        ),
        rls.definer_function(
            "job_sites(job bigint)",
            "TABLE (name text, state text, activated_at timestamptz, last_seen_at timestamptz, home_net jsonb)",
            JOB_SITES,
            volatility="STABLE",
        ),
        rls.definer_function(
            "jobs_to_watch()", "TABLE (tenant_id bigint, job_id bigint)", UNWATCHED, volatility="STABLE"
        ),
        rls.definer_function("jobs_paid()", "TABLE (tenant_id bigint, job_id bigint)", PAID, volatility="STABLE"),
        rls.definer_function(
            "running_watches()", "TABLE (tenant_id bigint, watch_id bigint)", RUNNING, volatility="STABLE"
        ),
    ]
