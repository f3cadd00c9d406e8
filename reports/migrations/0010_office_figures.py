"""Numbers over the firms of a programme for its office: counts, never rows; none for fewer than five firms."""

from django.db import migrations

from tenants.tenancy import rls

# The asking person works for the programme's office, and the programme is large enough to hide a firm in.
ALLOWED = """
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5"""
# Callers of no firm stand under the office itself.
WHO = """(SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme)"""
JST = "AT TIME ZONE 'Asia/Tokyo'"

CONTACTS = f"""
SELECT date_trunc('month', k.offered_at {JST})::date, k.channel::text, count(*)::integer, count(k.answered_at)::integer
  FROM incidents_contact k
 WHERE {ALLOWED} AND k.tenant_id IN {WHO} AND k.direction = 'in' AND k.offered_at >= since AND k.offered_at < until
 GROUP BY 1, 2
"""
CASES = f"""
SELECT c.category::text, c.topic::text, c.solved_by::text, c.incident_id IS NOT NULL, count(*)::integer
  FROM incidents_case c
 WHERE {ALLOWED} AND c.tenant_id IN {WHO} AND c.state = 'solved' AND c.closed_at >= since AND c.closed_at < until
 GROUP BY 1, 2, 3, 4
"""
INCIDENTS = f"""
SELECT EXISTS (SELECT 1 FROM incidents_job j WHERE j.tenant_id = i.tenant_id AND j.incident_id = i.id
         AND j.way = 'on_site' AND j.started_at IS NOT NULL) AS visited, count(*)::integer
  FROM incidents_incident i
 WHERE {ALLOWED} AND i.tenant_id IN {WHO} AND i.merged_into_id IS NULL
   AND i.opened_at >= since AND i.opened_at < until
 GROUP BY 1
"""
VISITS = f"""
SELECT j.kind::text, count(*)::integer FROM incidents_job j
 WHERE {ALLOWED} AND j.tenant_id IN {WHO} AND j.incident_id IS NULL AND j.way = 'on_site'
   AND j.started_at >= since AND j.started_at < until
 GROUP BY 1
"""
LEAD_TIMES = f"""
SELECT x.days, count(*)::integer FROM (
  SELECT (min(j.started_at) {JST})::date - (min(i.opened_at) {JST})::date AS days
    FROM incidents_incident i JOIN incidents_job j ON j.tenant_id = i.tenant_id AND j.incident_id = i.id
   WHERE {ALLOWED} AND i.tenant_id IN {WHO} AND i.opened_at >= since AND i.opened_at < until
     AND j.started_at IS NOT NULL
   GROUP BY i.id) x
 GROUP BY 1
"""
MINUTES = f"""
SELECT w.kind::text, sum(w.minutes)::integer, count(DISTINCT w.job_id)::integer FROM incidents_workentry w
 WHERE {ALLOWED} AND w.tenant_id IN {WHO} AND w.started_at >= since AND w.started_at < until AND w.minutes IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM incidents_workentry n WHERE n.tenant_id = w.tenant_id AND n.corrects_id = w.id)
 GROUP BY 1
"""
# Of a kind that fewer than five firms answered nothing is told: neither how many, nor who said what.
FEEDBACK = f"""
WITH given AS (
  SELECT r.kind, r.tenant_id, a.verdict, a.reason FROM surveys_feedbackrequest r
    JOIN surveys_feedbackanswer a ON a.tenant_id = r.tenant_id AND a.request_id = r.id
   WHERE {ALLOWED} AND r.tenant_id IN {WHO} AND r.asked_at >= since AND r.asked_at < until
), told AS (SELECT g.kind FROM given g GROUP BY g.kind HAVING count(DISTINCT g.tenant_id) >= 5)
SELECT g.kind::text, g.verdict::text, g.reason::text, count(*)::integer FROM given g JOIN told t ON t.kind = g.kind
 GROUP BY 1, 2, 3
UNION ALL
SELECT r.kind::text, '', '', count(*)::integer FROM surveys_feedbackrequest r JOIN told t ON t.kind = r.kind
 WHERE r.tenant_id IN {WHO} AND r.asked_at >= since AND r.asked_at < until GROUP BY 1
"""
PAY = f"""
SELECT o.name::text, count(*)::integer, sum(v.minutes)::integer, sum(v.total_yen)::bigint
  FROM incidents_invoice v JOIN tenants_organisation o ON o.id = v.vendor_id
 WHERE {ALLOWED} AND v.tenant_id IN {WHO} AND v.state <> 'void' AND v.issued_at >= since AND v.issued_at < until
 GROUP BY o.id, o.name ORDER BY 4 DESC, 1
"""
FIRMS = """
SELECT count(DISTINCT e.tenant_id)::integer FROM tenants_enrolment e
 WHERE e.programme_id = programme
   AND programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
"""
DOORS = (
    ("contacts", "month date, channel text, offered integer, answered integer", CONTACTS),
    ("cases", "category text, topic text, solved_by text, of_incident boolean, cases integer", CASES),
    ("incidents", "visited boolean, incidents integer", INCIDENTS),
    ("visits", "kind text, jobs integer", VISITS),
    ("lead_times", "days integer, incidents integer", LEAD_TIMES),
    ("minutes", "kind text, minutes integer, jobs integer", MINUTES),
    ("feedback", "kind text, verdict text, reason text, count integer", FEEDBACK),
    ("pay", "vendor text, invoices integer, minutes integer, yen bigint", PAY),
    ("firm_count", "firms integer", FIRMS),
)
RIGHTS = """
GRANT SELECT ON incidents_case, incidents_contact, incidents_workentry, incidents_invoice TO sec_definer;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_known_firms"),
        ("incidents", "0021_desk_rights"),
        ("incidents", "0051_jobsheet_rights"),
        ("surveys", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        *[
            rls.definer_function(
                f"office_{name}(programme bigint, since timestamptz, until timestamptz)",
                f"TABLE ({columns})",
                body,
                volatility="STABLE",
            )
            for name, columns, body in DOORS
        ],
    ]
