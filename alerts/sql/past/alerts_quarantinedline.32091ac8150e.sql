ALTER TABLE alerts_quarantinedline ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_quarantinedline FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_quarantinedline FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON alerts_quarantinedline FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON alerts_quarantinedline FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON alerts_quarantinedline FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON alerts_quarantinedline TO otasuke_app;
