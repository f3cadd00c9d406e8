-- Finished jobs whose machines are to be watched for a while.
CREATE OR REPLACE FUNCTION sec.jobs_to_watch()
  RETURNS TABLE (tenant_id bigint, job_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT j.tenant_id, j.id FROM incidents_job j
 WHERE j.incident_id IS NOT NULL AND j.state IN ('reported', 'signed', 'closed')
   AND EXISTS (SELECT 1 FROM incidents_sheetrecord r WHERE r.job_id = j.id AND r.tenant_id = j.tenant_id
     AND r.kind = 'scan' AND NOT r.void AND NOT EXISTS (SELECT 1 FROM incidents_sheetrecord c
       WHERE c.tenant_id = r.tenant_id AND c.corrects_id = r.id))
   AND NOT EXISTS (SELECT 1 FROM incidents_watch w WHERE w.tenant_id = j.tenant_id AND w.job_id = j.id)
 ORDER BY j.id
$body$;
ALTER FUNCTION sec.jobs_to_watch OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.jobs_to_watch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.jobs_to_watch TO otasuke_app;
