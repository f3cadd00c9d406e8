ALTER TABLE tenants_apitoken ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_apitoken FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_apitoken FOR SELECT
  USING (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]));
CREATE POLICY makes ON tenants_apitoken FOR INSERT
  WITH CHECK (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[])
    AND created_by_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND revoked_at IS NULL
    AND last_used_at IS NULL
    AND expires_at <= (now() + '367 days'::interval));
CREATE POLICY revokes ON tenants_apitoken FOR UPDATE
  USING (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]))
  WITH CHECK (revoked_at IS NOT NULL);
CREATE POLICY registrar ON tenants_apitoken TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_apitoken FROM otasuke_app;
GRANT SELECT, INSERT ON tenants_apitoken TO otasuke_app;
GRANT UPDATE (revoked_at) ON tenants_apitoken TO otasuke_app;
