-- Cases that came to a programme's desk, in numbers, for its office.
CREATE OR REPLACE FUNCTION sec.office_inquiries(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (category text, topic text, of_incident boolean, cases integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT c.category::text, c.topic::text, c.incident_id IS NOT NULL, count(*)::integer
  FROM incidents_case c
 WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND c.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND c.state NOT IN ('new', 'merged')
   AND c.opened_at >= since AND c.opened_at < until
 GROUP BY 1, 2, 3
UNION ALL
SELECT 'call', '', false, count(*)::integer
  FROM incidents_contact k
 WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND k.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND k.channel = 'phone'
     AND k.direction = 'in' AND k.case_id IS NULL
   AND k.answered_at IS NOT NULL AND k.offered_at >= since AND k.offered_at < until
HAVING count(*) > 0
$body$;
ALTER FUNCTION sec.office_inquiries OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_inquiries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_inquiries TO otasuke_app;
