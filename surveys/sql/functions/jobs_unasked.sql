-- Jobs of vendors that ended and were not asked about.
CREATE OR REPLACE FUNCTION sec.jobs_unasked(at timestamptz)
  RETURNS TABLE (tenant_id bigint, job_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT x.tenant_id, x.id FROM incidents_job x WHERE x.state = 'closed' AND x.vendor_id IS NOT NULL
  AND x.closed_at > at - interval '14 days' AND x.closed_at <= at
  AND NOT EXISTS (SELECT 1 FROM surveys_feedbackrequest r WHERE r.tenant_id = x.tenant_id
  AND r.about_type = 'job' AND r.about_id = x.id) AND EXISTS (SELECT 1 FROM tenants_enrolment e WHERE e.tenant_id = x.tenant_id)
  ORDER BY x.closed_at
$body$;
ALTER FUNCTION sec.jobs_unasked OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.jobs_unasked FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.jobs_unasked TO otasuke_app;
