-- The programmes whose office the acting organisation is, for people in one of the roles.
CREATE OR REPLACE FUNCTION sec.programmes_run(VARIADIC roles text[])
  RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT ARRAY(SELECT p.id FROM tenants_programme p
   JOIN tenants_membership m ON m.organisation_id = p.office_id
  WHERE m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint AND m.role = ANY (roles)
    AND m.valid @> now())
$body$;
ALTER FUNCTION sec.programmes_run OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.programmes_run FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.programmes_run TO otasuke_app, otasuke_owner;
