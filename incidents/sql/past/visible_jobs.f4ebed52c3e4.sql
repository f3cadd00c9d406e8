-- The jobs the acting vendor or office may see.
CREATE OR REPLACE FUNCTION sec.visible_jobs(VARIADIC capabilities text[])
  RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT array_agg(j.id) FROM incidents_job j
  JOIN tenants_accessgrant g ON g.tenant_id = j.tenant_id AND g.valid @> statement_timestamp()
       AND (g.capability <> 'office' AND g.subject_id = j.id
         OR g.capability = 'office' AND j.office_since IS NOT NULL AND j.state NOT IN ('closed', 'cancelled'))
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
 WHERE g.capability = ANY (capabilities)
$body$;
ALTER FUNCTION sec.visible_jobs OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.visible_jobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.visible_jobs TO otasuke_app, otasuke_owner;
