-- The programmes the acting organisation watches as a SOC, for people in one of the roles.
CREATE OR REPLACE FUNCTION sec.programmes_watched(VARIADIC roles text[])
  RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT ARRAY(SELECT p.programme_id FROM tenants_programmepartner p
   JOIN tenants_organisation o ON o.id = p.organisation_id AND o.kind = 'soc'
  WHERE p.organisation_id = sec.acting_organisation(VARIADIC roles))
$body$;
ALTER FUNCTION sec.programmes_watched OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.programmes_watched FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.programmes_watched TO otasuke_app, otasuke_owner;
