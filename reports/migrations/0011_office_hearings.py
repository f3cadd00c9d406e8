"""What vendors told after their jobs, for the programme's office: counts, from five jobs on."""

from django.db import migrations

from tenants.tenancy import rls

HEARINGS = """
WITH given AS (
  SELECT h.answers FROM surveys_jobhearing h
   WHERE programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
     AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
     AND h.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme)
     AND h.given_at >= since AND h.given_at < until
)
SELECT q.question, g.answers ->> q.question, count(*)::integer
  FROM given g CROSS JOIN (VALUES ('solved'), ('time_saved'), ('grasped'), ('again')) AS q(question)
 WHERE (SELECT count(*) FROM given) >= 5 AND g.answers ->> q.question IS NOT NULL
 GROUP BY 1, 2
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0010_office_figures"), ("surveys", "0001_initial")]

    operations = [
        rls.definer_function(
            "office_hearings(programme bigint, since timestamptz, until timestamptz)",
            "TABLE (question text, answer text, count integer)",
            HEARINGS,
            volatility="STABLE",
        ),
    ]
