-- How long help took in a programme, in numbers, for its office.
CREATE OR REPLACE FUNCTION sec.office_lead_times(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (days integer, incidents integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT x.days, count(*)::integer FROM (
  SELECT (min(j.started_at) AT TIME ZONE 'Asia/Tokyo')::date - (min(i.opened_at) AT TIME ZONE 'Asia/Tokyo')::date AS days
    FROM incidents_incident i JOIN incidents_job j ON j.tenant_id = i.tenant_id AND j.incident_id = i.id
   WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND i.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND i.opened_at >= since
     AND i.opened_at < until
     AND j.started_at IS NOT NULL
   GROUP BY i.id) x
 GROUP BY 1
$body$;
ALTER FUNCTION sec.office_lead_times OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_lead_times FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_lead_times TO otasuke_app;
