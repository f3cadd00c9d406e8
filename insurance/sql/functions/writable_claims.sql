-- As visible_claims, but for people who may only read the answer is no claim.
CREATE OR REPLACE FUNCTION sec.writable_claims()
  RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
 SELECT array_agg(c.id) FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp() AND m.role IN ('owner', 'member')
  JOIN insurance_claim c ON c.id = g.subject_id AND c.tenant_id = g.tenant_id AND c.insurer_id = g.grantee_id
    WHERE g.capability = 'claim' AND g.valid @> statement_timestamp()
$body$;
ALTER FUNCTION sec.writable_claims OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.writable_claims FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.writable_claims TO otasuke_app, otasuke_owner;
