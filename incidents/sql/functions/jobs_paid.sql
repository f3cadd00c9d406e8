-- Signed jobs whose invoice is settled.
CREATE OR REPLACE FUNCTION sec.jobs_paid()
  RETURNS TABLE (tenant_id bigint, job_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT j.tenant_id, j.id FROM incidents_job j
  JOIN incidents_invoice i ON i.tenant_id = j.tenant_id AND i.job_id = j.id AND i.state = 'settled'
 WHERE j.state = 'signed' ORDER BY j.id
$body$;
ALTER FUNCTION sec.jobs_paid OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.jobs_paid FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.jobs_paid TO otasuke_app;
