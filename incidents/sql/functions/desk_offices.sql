-- The offices of the programmes a call centre works for.
CREATE OR REPLACE FUNCTION sec.desk_offices(VARIADIC roles text[])
  RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT coalesce(array_agg(p.office_id), ARRAY[]::bigint[]) FROM tenants_membership m
  JOIN tenants_organisation o ON o.id = m.organisation_id AND o.kind = 'call_centre'
  JOIN tenants_programmepartner x ON x.organisation_id = o.id AND x.confirmed_at IS NOT NULL
  JOIN tenants_programme p ON p.id = x.programme_id
 WHERE m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
   AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint AND m.role = ANY (roles)
   AND m.valid @> now()
$body$;
ALTER FUNCTION sec.desk_offices OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.desk_offices FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.desk_offices TO otasuke_app, otasuke_owner;
