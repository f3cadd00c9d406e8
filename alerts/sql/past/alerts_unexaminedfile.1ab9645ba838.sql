ALTER TABLE alerts_unexaminedfile ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_unexaminedfile FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_unexaminedfile FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON alerts_unexaminedfile FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON alerts_unexaminedfile FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON alerts_unexaminedfile FROM otasuke_app;
GRANT SELECT, INSERT ON alerts_unexaminedfile TO otasuke_app;
