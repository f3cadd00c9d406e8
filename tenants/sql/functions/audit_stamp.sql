-- Fills those columns of the trail that must not depend on the application.
CREATE OR REPLACE FUNCTION sec.audit_stamp()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  used record;
BEGIN
  -- An id chosen by the application could collide with a later one, whose row ON CONFLICT DO NOTHING would swallow.
  NEW.id := nextval('tenants_auditevent_id_seq');
  NEW.at := clock_timestamp();
  NEW.xid := pg_current_xact_id()::text::bigint;
  NEW.grant_id := NULL;
  NEW.token_id := NULL;
  SELECT t.id, t.organisation_id INTO used FROM tenants_apitoken t
    WHERE t.token_hash = decode(nullif(current_setting('otasuke.token', true), ''), 'hex');
  IF FOUND THEN
    NEW.token_id := used.id;
    NEW.organisation_id := used.organisation_id;
  END IF;
  IF NEW.organisation_id <> NEW.tenant_id THEN
    SELECT g.id INTO NEW.grant_id FROM tenants_accessgrant g
     WHERE g.grantee_id = NEW.organisation_id AND g.tenant_id = NEW.tenant_id AND g.valid @> now()
     ORDER BY g.id LIMIT 1;
  END IF;
  RETURN NEW;
END
$body$;
ALTER FUNCTION sec.audit_stamp OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.audit_stamp FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.audit_stamp TO otasuke_owner;
