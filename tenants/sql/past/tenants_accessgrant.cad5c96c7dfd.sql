-- Registry: rows that open a firm to somebody are written by functions of sec and by the owner's connection only.
ALTER TABLE tenants_accessgrant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_accessgrant FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_accessgrant FOR SELECT
  USING (grantee_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
      AND grantee_id = ANY ((SELECT sec.own_organisations())::bigint[])
    OR tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[]));
CREATE POLICY registrar ON tenants_accessgrant TO otasuke_owner
  USING (true)
  WITH CHECK (capability <> 'breakglass');

REVOKE ALL ON tenants_accessgrant FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON tenants_accessgrant TO otasuke_app;
REVOKE ALL ON tenants_accessgrant FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON tenants_accessgrant TO sec_definer;
GRANT UPDATE (valid) ON tenants_accessgrant TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_accessgrant_id_seq TO sec_definer;

CREATE TRIGGER grant_fits AFTER INSERT OR UPDATE ON tenants_accessgrant FOR EACH ROW EXECUTE FUNCTION sec.grant_fits();
