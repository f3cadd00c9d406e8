-- The programme is founded: the key ends, and what was typed with people's names goes.
CREATE OR REPLACE FUNCTION sec.founding_close()
  RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  UPDATE tenants_founding f SET closed_at = clock_timestamp(), draft = '{}'
    FROM sec.founding_open() o WHERE o.founding = f.id;
  RETURN FOUND;
END
$body$;
ALTER FUNCTION sec.founding_close OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.founding_close FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.founding_close TO otasuke_app;
