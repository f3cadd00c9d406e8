-- Registry: rows that open a firm to somebody are written by functions of sec and by the owner's connection only.
ALTER TABLE tenants_membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_membership FORCE ROW LEVEL SECURITY;

CREATE POLICY colleagues ON tenants_membership FOR SELECT
  USING (organisation_id = ANY ((SELECT sec.own_organisations())::bigint[]));
CREATE POLICY reads ON tenants_membership FOR SELECT
  USING (user_id = nullif(current_setting('otasuke.user', true), '')::bigint
    OR organisation_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[]));
CREATE POLICY registrar ON tenants_membership TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_membership FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON tenants_membership TO otasuke_app;
REVOKE ALL ON tenants_membership FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON tenants_membership TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_membership_id_seq TO sec_definer;
