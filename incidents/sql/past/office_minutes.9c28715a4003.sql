-- Minutes of vendors' work in a programme, for its office.
CREATE OR REPLACE FUNCTION sec.office_minutes(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (kind text, minutes integer, jobs integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT w.kind::text, sum(w.minutes)::integer, count(DISTINCT w.job_id)::integer FROM incidents_workentry w
 WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND w.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND w.started_at >= since
     AND w.started_at < until AND w.minutes IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM incidents_workentry n WHERE n.tenant_id = w.tenant_id AND n.corrects_id = w.id)
 GROUP BY 1
$body$;
ALTER FUNCTION sec.office_minutes OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_minutes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_minutes TO otasuke_app;
