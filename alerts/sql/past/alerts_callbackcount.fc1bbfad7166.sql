ALTER TABLE alerts_callbackcount ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_callbackcount FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_callbackcount FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY adds ON alerts_callbackcount FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON alerts_callbackcount FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON alerts_callbackcount FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON alerts_callbackcount TO otasuke_app;
