ALTER TABLE tenants_invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_invitation FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_invitation FOR SELECT
  USING (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]));
CREATE POLICY invites ON tenants_invitation FOR INSERT
  WITH CHECK (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[])
    AND invited_by_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND accepted_at IS NULL);
CREATE POLICY revokes ON tenants_invitation FOR UPDATE
  USING (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]));
CREATE POLICY registrar ON tenants_invitation TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_invitation FROM otasuke_app;
GRANT SELECT, INSERT ON tenants_invitation TO otasuke_app;
GRANT UPDATE (revoked_at) ON tenants_invitation TO otasuke_app;
REVOKE ALL ON tenants_invitation FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON tenants_invitation TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_invitation_id_seq TO sec_definer;
