-- Cases of the desk that ended and were not asked about. A case of an incident is asked about with the incident.
CREATE OR REPLACE FUNCTION sec.cases_unasked(at timestamptz)
  RETURNS TABLE (tenant_id bigint, case_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT x.tenant_id, x.id FROM incidents_case x
 WHERE x.state = 'solved' AND x.incident_id IS NULL AND x.closed_at > at - interval '14 days' AND x.closed_at <= at
   AND x.solved_by <> 'by_itself'
   AND NOT EXISTS (SELECT 1 FROM surveys_feedbackrequest r WHERE r.tenant_id = x.tenant_id
     AND r.about_type = 'case' AND r.about_id = x.id)
   AND EXISTS (SELECT 1 FROM tenants_enrolment e WHERE e.tenant_id = x.tenant_id)
 ORDER BY x.closed_at
$body$;
ALTER FUNCTION sec.cases_unasked OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.cases_unasked FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.cases_unasked TO otasuke_app;
