ALTER TABLE alerts_alertgroup ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_alertgroup FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_alertgroup FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON alerts_alertgroup FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON alerts_alertgroup FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]));

REVOKE ALL ON alerts_alertgroup FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON alerts_alertgroup TO otasuke_app;
