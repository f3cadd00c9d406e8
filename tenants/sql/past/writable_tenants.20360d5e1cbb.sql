-- As visible_tenants, but for people who may only read the answer is no firm.
CREATE OR REPLACE FUNCTION sec.writable_tenants(VARIADIC capabilities text[])
  RETURNS bigint[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  firm bigint := nullif(current_setting('otasuke.tenant', true), '')::bigint;
  person bigint := nullif(current_setting('otasuke.user', true), '')::bigint;
  acting_for bigint := nullif(current_setting('otasuke.organisation', true), '')::bigint;
BEGIN
  IF firm IS NOT NULL THEN RETURN ARRAY[firm]; END IF;
  RETURN ARRAY(
    SELECT o.id FROM tenants_membership m JOIN tenants_organisation o ON o.id = m.organisation_id
     WHERE m.user_id = person AND m.organisation_id = acting_for AND o.kind = 'sme' AND m.valid @> now()
       AND m.role IN ('owner', 'member') AND 'firm' = ANY (capabilities)
    UNION
    SELECT g.tenant_id FROM tenants_accessgrant g
      JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.valid @> now()
     WHERE m.user_id = person AND m.organisation_id = acting_for AND m.role IN ('owner', 'member')
       AND g.capability = ANY (capabilities) AND g.valid @> now()
    ORDER BY 1);
END
$body$;
ALTER FUNCTION sec.writable_tenants OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.writable_tenants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.writable_tenants TO otasuke_app, otasuke_owner;
