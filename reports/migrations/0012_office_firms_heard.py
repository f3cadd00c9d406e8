"""What firms said after help, for the programme's office: counts, from five firms on."""

from django.db import migrations

from tenants.tenancy import rls

# One answer each, or a list of several: jsonb_path_query gives either one by one.
HEARD = """
WITH given AS (
  SELECT a.tenant_id, a.more FROM surveys_feedbackanswer a
   WHERE programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
     AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
     AND a.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme)
     AND a.given_at >= since AND a.given_at < until AND a.more <> '{}'
), said AS (
  SELECT g.tenant_id, q.question, answer #>> '{}' AS answer
    FROM given g
   CROSS JOIN (VALUES ('remote'), ('visit'), ('speed'), ('aware'), ('least'), ('afford'), ('insurance')) AS q(question)
   CROSS JOIN LATERAL jsonb_path_query(g.more -> q.question, '$[*]') AS answer
)
SELECT s.question, s.answer, count(*)::integer FROM said s
 WHERE (SELECT count(DISTINCT o.tenant_id) FROM said o WHERE o.question = s.question) >= 5
 GROUP BY 1, 2
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0011_office_hearings"), ("surveys", "0003_firms_are_heard")]

    operations = [
        rls.definer_function(
            "office_firms_heard(programme bigint, since timestamptz, until timestamptz)",
            "TABLE (question text, answer text, count integer)",
            HEARD,
            volatility="STABLE",
        ),
    ]
