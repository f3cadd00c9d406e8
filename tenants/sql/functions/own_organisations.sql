-- The organisations of the acting person.
CREATE OR REPLACE FUNCTION sec.own_organisations()
  RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT ARRAY(SELECT m.organisation_id FROM tenants_membership m
  WHERE m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint AND m.valid @> now())
$body$;
ALTER FUNCTION sec.own_organisations OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.own_organisations FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.own_organisations TO otasuke_app, otasuke_owner;
