"""Cases of the desk that ended and were not asked about."""

from django.db import migrations

from tenants.tenancy import rls

# A case of an incident is asked about with the incident.
CASES = """
SELECT x.tenant_id, x.id FROM incidents_case x
 WHERE x.state = 'solved' AND x.incident_id IS NULL AND x.closed_at > at - interval '14 days' AND x.closed_at <= at
   AND x.solved_by <> 'by_itself'
   AND NOT EXISTS (SELECT 1 FROM surveys_feedbackrequest r WHERE r.tenant_id = x.tenant_id
     AND r.subject_key = 'case:' || x.id)
   AND EXISTS (SELECT 1 FROM tenants_enrolment e WHERE e.tenant_id = x.tenant_id)
 ORDER BY x.closed_at
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("incidents", "0021_desk_rights")]

    operations = [
        rls.definer_function(
            "cases_unasked(at timestamptz)", "TABLE (tenant_id bigint, case_id bigint)", CASES, volatility="STABLE"
        ),
    ]
