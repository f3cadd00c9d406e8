-- Programmes whose notices of the twelve months before `first` were not counted yet.
CREATE OR REPLACE FUNCTION sec.outcomes_owed(first date)
  RETURNS TABLE (programme_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT p.id FROM tenants_programme p
 WHERE NOT EXISTS (SELECT FROM incidents_outcomecount c
         WHERE c.programme_id = p.id AND c.level = 'all' AND c.month >= first)
 ORDER BY p.id
$body$;
ALTER FUNCTION sec.outcomes_owed OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.outcomes_owed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.outcomes_owed TO otasuke_app;
