-- Visits and remote help of a programme, in numbers, for its office.
CREATE OR REPLACE FUNCTION sec.office_visits(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (kind text, jobs integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT j.kind::text, count(*)::integer FROM incidents_job j
 WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND j.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND j.incident_id IS NULL
     AND j.way = 'on_site'
   AND j.started_at >= since AND j.started_at < until
 GROUP BY 1
$body$;
ALTER FUNCTION sec.office_visits OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_visits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_visits TO otasuke_app;
