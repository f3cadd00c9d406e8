-- Incidents whose report of a leak of personal data is owed.
CREATE OR REPLACE FUNCTION sec.owed_breaches()
  RETURNS TABLE (tenant_id bigint, note_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT b.tenant_id, b.id FROM incidents_breachnote b WHERE b.final_on IS NULL AND b.reasons <> '{}' ORDER BY b.id
$body$;
ALTER FUNCTION sec.owed_breaches OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.owed_breaches FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.owed_breaches TO otasuke_app;
