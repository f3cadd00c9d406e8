-- What an outreach desk may see of the firms it introduced.
CREATE OR REPLACE FUNCTION sec.introduced_firms()
  RETURNS TABLE (grant_id bigint, firm text, municipality text, enrolled_since date, watched boolean)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT g.id, o.name::text, o.municipality::text,
       (SELECT min(e.contract_start) FROM tenants_enrolment e WHERE e.tenant_id = g.tenant_id),
       EXISTS (SELECT 1 FROM sensors_sensor s WHERE s.tenant_id = g.tenant_id AND s.state = 'active')
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN tenants_organisation o ON o.id = g.tenant_id
 WHERE g.capability = 'outreach' AND g.valid @> statement_timestamp()
 ORDER BY g.id
$body$;
ALTER FUNCTION sec.introduced_firms OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.introduced_firms FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.introduced_firms TO otasuke_app;
