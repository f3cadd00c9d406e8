"""The office counts what was done: incidents somebody worked on, inquiries the desk dealt with; and in linear time."""

from django.db import migrations

from tenants.tenancy import rls

ALLOWED = """
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5"""
WHO = """(SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme)"""

# An incident nobody has called about, gone to or moved on was no response yet.
INCIDENTS = f"""
SELECT EXISTS (SELECT 1 FROM incidents_job j WHERE j.tenant_id = i.tenant_id AND j.incident_id = i.id
         AND j.way = 'on_site' AND j.started_at IS NOT NULL) AS visited, count(*)::integer
  FROM incidents_incident i
 WHERE {ALLOWED} AND i.tenant_id IN {WHO} AND i.merged_into_id IS NULL
   AND i.opened_at >= since AND i.opened_at < until
   AND (i.state <> 'open'
     OR EXISTS (SELECT 1 FROM incidents_desktask t WHERE t.tenant_id = i.tenant_id AND t.incident_id = i.id
         AND t.done_at IS NOT NULL AND t.taken_by_id IS NOT NULL)
     OR EXISTS (SELECT 1 FROM incidents_job s WHERE s.tenant_id = i.tenant_id AND s.incident_id = i.id
         AND s.started_at IS NOT NULL))
 GROUP BY 1
"""
# What the desk dealt with, whether it is solved yet or not; a call that needed no case is work too.
INQUIRIES = f"""
SELECT c.category::text, c.topic::text, c.incident_id IS NOT NULL, count(*)::integer
  FROM incidents_case c
 WHERE {ALLOWED} AND c.tenant_id IN {WHO} AND c.state NOT IN ('new', 'merged')
   AND c.opened_at >= since AND c.opened_at < until
 GROUP BY 1, 2, 3
UNION ALL
SELECT 'call', '', false, count(*)::integer
  FROM incidents_contact k
 WHERE {ALLOWED} AND k.tenant_id IN {WHO} AND k.channel = 'phone' AND k.direction = 'in' AND k.case_id IS NULL
   AND k.answered_at IS NOT NULL AND k.offered_at >= since AND k.offered_at < until
HAVING count(*) > 0
"""
# Which questions five firms answered is counted once, not once for every answer.
HEARD = f"""
WITH given AS (
  SELECT a.tenant_id, a.more FROM surveys_feedbackanswer a
   WHERE {ALLOWED}
     AND a.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme)
     AND a.given_at >= since AND a.given_at < until AND a.more <> '{{}}'
), said AS MATERIALIZED (
  SELECT g.tenant_id, q.question, answer #>> '{{}}' AS answer
    FROM given g
   CROSS JOIN (VALUES ('remote'), ('visit'), ('speed'), ('aware'), ('least'), ('afford'), ('insurance')) AS q(question)
   CROSS JOIN LATERAL jsonb_path_query(g.more -> q.question, '$[*]') AS answer
), told AS (SELECT s.question FROM said s GROUP BY s.question HAVING count(DISTINCT s.tenant_id) >= 5)
SELECT s.question, s.answer, count(*)::integer FROM said s JOIN told t ON t.question = s.question
 GROUP BY 1, 2
"""
SPAN = "programme bigint, since timestamptz, until timestamptz"
TYPES = "bigint, timestamptz, timestamptz"


class Migration(migrations.Migration):
    dependencies = [("reports", "0013_bounded_lists"), ("incidents", "0082_promoted_incidents")]

    operations = [
        migrations.RunSQL("GRANT SELECT ON incidents_desktask TO sec_definer", migrations.RunSQL.noop),
        *[
            migrations.RunSQL(f"DROP FUNCTION sec.{name}({TYPES})", migrations.RunSQL.noop)
            for name in ("office_incidents", "office_firms_heard")
        ],
        *[
            rls.definer_function(f"{name}({SPAN})", f"TABLE ({columns})", body, volatility="STABLE")
            for name, columns, body in (
                ("office_incidents", "visited boolean, incidents integer", INCIDENTS),
                ("office_inquiries", "category text, topic text, of_incident boolean, cases integer", INQUIRIES),
                ("office_firms_heard", "question text, answer text, count integer", HEARD),
            )
        ],
    ]
