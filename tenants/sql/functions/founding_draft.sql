-- What was typed so far, for the holder of the key.
CREATE OR REPLACE FUNCTION sec.founding_draft()
  RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT f.draft FROM tenants_founding f JOIN sec.founding_open() o ON o.founding = f.id
$body$;
ALTER FUNCTION sec.founding_draft OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.founding_draft FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.founding_draft TO otasuke_app;
