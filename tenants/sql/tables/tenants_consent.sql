ALTER TABLE tenants_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_consent FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_consent FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = tenants_consent.tenant_id
         AND s.capability IN ('desk', 'office', 'breakglass') OFFSET 0));
CREATE POLICY gives ON tenants_consent FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    AND given_by_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND revoked_at IS NULL);
CREATE POLICY revokes ON tenants_consent FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm()) AND revoked_at IS NULL)
  WITH CHECK (revoked_at IS NOT NULL AND revoked_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);

REVOKE ALL ON tenants_consent FROM otasuke_app;
GRANT SELECT, INSERT ON tenants_consent TO otasuke_app;
GRANT UPDATE (revoked_at, revoked_by_id) ON tenants_consent TO otasuke_app;
