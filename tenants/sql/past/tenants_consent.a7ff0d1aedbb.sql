ALTER TABLE tenants_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_consent FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_consent FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'office', 'breakglass'))::bigint[]));
CREATE POLICY gives ON tenants_consent FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[])
    AND given_by_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND revoked_at IS NULL);
CREATE POLICY revokes ON tenants_consent FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]) AND revoked_at IS NULL)
  WITH CHECK (revoked_at IS NOT NULL AND revoked_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);

REVOKE ALL ON tenants_consent FROM otasuke_app;
GRANT SELECT, INSERT ON tenants_consent TO otasuke_app;
GRANT UPDATE (revoked_at, revoked_by_id) ON tenants_consent TO otasuke_app;
