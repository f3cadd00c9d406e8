-- Incidents of a programme, in numbers, for its office.
CREATE OR REPLACE FUNCTION sec.office_incidents(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (visited boolean, incidents integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT EXISTS (SELECT 1 FROM incidents_job j WHERE j.tenant_id = i.tenant_id AND j.incident_id = i.id
         AND j.way = 'on_site' AND j.started_at IS NOT NULL) AS visited, count(*)::integer
  FROM incidents_incident i
 WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND i.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND i.merged_into_id IS NULL
   AND i.opened_at >= since AND i.opened_at < until
   AND (i.state <> 'open'
     OR EXISTS (SELECT 1 FROM incidents_desktask t WHERE t.tenant_id = i.tenant_id AND t.incident_id = i.id
         AND t.done_at IS NOT NULL AND t.taken_by_id IS NOT NULL)
     OR EXISTS (SELECT 1 FROM incidents_job s WHERE s.tenant_id = i.tenant_id AND s.incident_id = i.id
         AND s.started_at IS NOT NULL))
 GROUP BY 1
$body$;
ALTER FUNCTION sec.office_incidents OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_incidents FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_incidents TO otasuke_app;
