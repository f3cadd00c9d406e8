"""Who keeps vendors' profiles and lists, who decides and agrees on times; what past jobs took, without names."""

from django.db import migrations

from tenants.tenancy import rls

OWNED = "(SELECT sec.owned_organisations())::bigint[]"
OFFICE = "programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[])"
PARTNER = f"organisation_id IN (SELECT p.organisation_id FROM tenants_programmepartner p WHERE p.{OFFICE})"

# Everybody reads; the vendor's owners write its profile, the office of a programme those of its vendors and its list.
REGISTRY = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    f"CREATE POLICY reads ON {table} FOR SELECT USING (true);"
    f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({writers});"
    f"CREATE POLICY changes ON {table} FOR UPDATE USING ({writers}) WITH CHECK ({writers});"
    f"CREATE POLICY registrar ON {table} TO otasuke_owner USING (true) WITH CHECK (true);"
    f"REVOKE DELETE, TRUNCATE ON {table} FROM otasuke_app;"
    for table, writers in (
        ("incidents_vendorprofile", f"organisation_id = ANY ({OWNED}) OR {PARTNER}"),
        ("incidents_vendorlisting", f"{OFFICE} AND {PARTNER}"),
    )
)
REGISTRY_BACK = "".join(
    f"DROP POLICY {policy} ON {table};"
    for table in ("incidents_vendorprofile", "incidents_vendorlisting")
    for policy in ("reads", "adds", "changes", "registrar")
)
RIGHTS = """
REVOKE UPDATE ON incidents_decision, incidents_visitcheck, incidents_appointment FROM otasuke_app;
GRANT UPDATE (state, vendor_id, answered_at, answered_by_id, reason, uid, sequence) ON incidents_appointment TO otasuke_app;
GRANT SELECT ON incidents_appointment, incidents_workentry, incidents_decision TO sec_definer;
"""
RIGHTS_BACK = "GRANT UPDATE ON incidents_decision, incidents_visitcheck, incidents_appointment TO otasuke_app;"

# How many visits and appointments each vendor has in a span, over all firms: numbers only.
VENDOR_LOAD = """
SELECT a.vendor_id, count(*) FROM incidents_appointment a
 WHERE a.state = 'agreed' AND a.vendor_id IS NOT NULL AND a.starts_at >= since AND a.starts_at < until
 GROUP BY a.vendor_id
"""
# Minutes and bills of finished first responses of the programme's firms, by how like they are: 0 the same family of
# detections, 1 the same function of the box, 2 any. A job counts as a visit when any of its time was one.
# Entries that were corrected or struck out do not count.
PAST_EFFORT = """
WITH done AS (
  SELECT j.id, j.tenant_id, i.family,
         (SELECT min(g.function) FROM incidents_incidentgroup x JOIN alerts_alertgroup g ON g.id = x.group_id
                AND g.tenant_id = x.tenant_id WHERE x.incident_id = i.id AND x.tenant_id = i.tenant_id) AS function,
         (SELECT v.total_yen FROM incidents_invoice v WHERE v.job_id = j.id AND v.tenant_id = j.tenant_id
                AND v.state <> 'void' ORDER BY v.id DESC LIMIT 1) AS yen
    FROM incidents_job j
    JOIN incidents_incident i ON i.id = j.incident_id AND i.tenant_id = j.tenant_id
   WHERE j.kind = 'first_response' AND j.state IN ('reported', 'signed', 'closed')
     AND EXISTS (SELECT 1 FROM tenants_enrolment e WHERE e.tenant_id = j.tenant_id AND e.programme_id = programme)
), spent AS (
  SELECT d.*, w.minutes, CASE WHEN w.visited THEN 'on_site' ELSE 'remote' END AS way
    FROM done d
    JOIN LATERAL (
      SELECT sum(e.minutes) AS minutes, bool_or(e.way = 'on_site') AS visited FROM incidents_workentry e
       WHERE e.job_id = d.id AND e.tenant_id = d.tenant_id AND e.minutes > 0
         AND NOT EXISTS (SELECT 1 FROM incidents_workentry c WHERE c.tenant_id = e.tenant_id AND c.corrects_id = e.id)
    ) w ON w.minutes > 0
), alike AS (
  SELECT level, s.* FROM spent s CROSS JOIN generate_series(0, 2) level
   WHERE level = 2 OR (level = 1 AND s.function = past_effort.function) OR (level = 0 AND s.family = past_effort.family)
)
SELECT level, way, count(*), count(yen),
       percentile_disc(0.25) WITHIN GROUP (ORDER BY minutes)::integer,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes)::integer,
       percentile_disc(0.75) WITHIN GROUP (ORDER BY minutes)::integer,
       percentile_disc(0.25) WITHIN GROUP (ORDER BY yen)::integer,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY yen)::integer,
       percentile_disc(0.75) WITHIN GROUP (ORDER BY yen)::integer
  FROM alike GROUP BY level, way HAVING count(*) >= 3
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0041_dispatch"), ("tenants", "0051_places_and_search")]

    operations = [
        migrations.RunSQL(REGISTRY, REGISTRY_BACK),
        rls.same_firm_reference("incidents_decision", "job_id", "incidents_job"),
        rls.same_firm_reference("incidents_decision", "incident_id", "incidents_incident"),
        rls.same_firm_reference("incidents_appointment", "job_id", "incidents_job"),
        rls.same_firm_reference("incidents_visitcheck", "job_id", "incidents_job"),
        rls.guard("incidents_decision", reads=("desk", "breakglass"), adds=("firm", "desk")),
        # Whoever is asked sees the wished times: they name nobody.
        rls.guard(
            "incidents_appointment",
            reads=("desk", "breakglass"),
            adds=("firm", "desk"),
            changes=("firm", "desk"),
            of_job="job_id",
            jobs_read=("job", "job_offer", "office"),
            jobs_add=("job", "office"),
            jobs_change=("job", "office"),
        ),
        rls.guard(
            "incidents_visitcheck",
            reads=("desk", "breakglass"),
            adds=("firm", "desk"),
            of_job="job_id",
            jobs_read=("job", "office"),
            jobs_add=("job",),
        ),
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        rls.definer_function(
            "vendor_load(since timestamptz, until timestamptz)",
            "TABLE (vendor_id bigint, appointments bigint)",
            VENDOR_LOAD,
            volatility="STABLE",
        ),
        rls.definer_function(
            "past_effort(programme bigint, family text, function text)",
            "TABLE (level integer, way text, jobs bigint, bills bigint, minutes_low integer, minutes_middle integer,"
            " minutes_high integer, yen_low integer, yen_middle integer, yen_high integer)",
            PAST_EFFORT,
            volatility="STABLE",
        ),
    ]
