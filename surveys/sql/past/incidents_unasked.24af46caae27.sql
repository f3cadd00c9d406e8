-- Incidents that ended and were not asked about.
CREATE OR REPLACE FUNCTION sec.incidents_unasked(at timestamptz)
  RETURNS TABLE (tenant_id bigint, incident_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT x.tenant_id, x.id FROM incidents_incident x WHERE x.state = 'closed' AND x.merged_into_id IS NULL
  AND x.closed_at > at - interval '14 days' AND x.closed_at <= at
  AND NOT EXISTS (SELECT 1 FROM surveys_feedbackrequest r WHERE r.tenant_id = x.tenant_id
  AND r.subject_key = 'incident:' || x.id) AND EXISTS (SELECT 1 FROM tenants_enrolment e
  WHERE e.tenant_id = x.tenant_id) ORDER BY x.closed_at
$body$;
ALTER FUNCTION sec.incidents_unasked OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.incidents_unasked FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.incidents_unasked TO otasuke_app;
