-- Keeps what was typed, for the holder of the key.
CREATE OR REPLACE FUNCTION sec.founding_keep(kept jsonb)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  UPDATE tenants_founding f SET draft = kept FROM sec.founding_open() o WHERE o.founding = f.id;
  RETURN FOUND;
END
$body$;
ALTER FUNCTION sec.founding_keep OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.founding_keep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.founding_keep TO otasuke_app;
