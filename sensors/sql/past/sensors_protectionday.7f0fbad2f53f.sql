ALTER TABLE sensors_protectionday ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_protectionday FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_protectionday FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON sensors_protectionday FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON sensors_protectionday FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON sensors_protectionday FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_protectionday TO otasuke_app;
