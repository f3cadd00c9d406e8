-- The insurer's sight follows the claim: from when it is submitted until 90 days after it is over.
CREATE OR REPLACE FUNCTION sec.claim_grants()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  IF new.state = 'submitted' THEN
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)
    VALUES (new.insurer_id, new.tenant_id, 'claim', new.id, tstzrange(now(), NULL), 'claim submitted');
  ELSIF new.state IN ('rejected', 'withdrawn', 'paid') THEN
    UPDATE tenants_accessgrant g SET valid = tstzrange(lower(g.valid), now() + interval '90 days')
     WHERE g.capability = 'claim' AND g.tenant_id = new.tenant_id AND g.subject_id = new.id AND upper_inf(g.valid);
  END IF;
  RETURN new;
END
$body$;
ALTER FUNCTION sec.claim_grants OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_grants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_grants TO otasuke_owner;
