-- Contacts of a programme's desk, in numbers, for its office.
CREATE OR REPLACE FUNCTION sec.office_contacts(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (month date, channel text, offered integer, answered integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT date_trunc('month', k.offered_at AT TIME ZONE 'Asia/Tokyo')::date, k.channel::text, count(*)::integer,
  count(k.answered_at)::integer
  FROM incidents_contact k
 WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND k.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND k.direction = 'in'
     AND k.offered_at >= since AND k.offered_at < until
 GROUP BY 1, 2
$body$;
ALTER FUNCTION sec.office_contacts OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_contacts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_contacts TO otasuke_app;
