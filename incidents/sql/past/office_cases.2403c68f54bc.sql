-- Solved cases of a programme, in numbers, for its office.
CREATE OR REPLACE FUNCTION sec.office_cases(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (category text, topic text, solved_by text, of_incident boolean, cases integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT c.category::text, c.topic::text, c.solved_by::text, c.incident_id IS NOT NULL, count(*)::integer
  FROM incidents_case c
 WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND c.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND c.state = 'solved'
     AND c.closed_at >= since AND c.closed_at < until
 GROUP BY 1, 2, 3, 4
$body$;
ALTER FUNCTION sec.office_cases OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_cases FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_cases TO otasuke_app;
