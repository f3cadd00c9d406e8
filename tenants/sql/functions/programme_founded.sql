-- The programme that this piece of work founds, while it does.
CREATE OR REPLACE FUNCTION sec.programme_founded()
  RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT f.programme FROM sec.founding_open() f
$body$;
ALTER FUNCTION sec.programme_founded OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.programme_founded FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.programme_founded TO otasuke_app, otasuke_owner;
