-- The programmes the acting organisation serves, as one of these kinds.
CREATE OR REPLACE FUNCTION sec.served_programmes(VARIADIC kinds text[])
  RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT array_agg(DISTINCT p.id) FROM tenants_programme p
  JOIN tenants_organisation o ON o.id = nullif(current_setting('otasuke.organisation', true), '')::bigint
    AND o.kind = ANY (kinds)
  JOIN tenants_membership m ON m.organisation_id = o.id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint AND m.valid @> statement_timestamp()
 WHERE p.office_id = o.id
    OR EXISTS (SELECT 1 FROM tenants_programmepartner x WHERE x.programme_id = p.id AND x.organisation_id = o.id)
$body$;
ALTER FUNCTION sec.served_programmes OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.served_programmes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.served_programmes TO otasuke_app, otasuke_owner;
