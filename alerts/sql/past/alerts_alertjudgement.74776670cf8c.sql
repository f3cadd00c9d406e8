ALTER TABLE alerts_alertjudgement ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_alertjudgement FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_alertjudgement FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON alerts_alertjudgement FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));
CREATE POLICY changes ON alerts_alertjudgement FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON alerts_alertjudgement FROM otasuke_app;
GRANT SELECT, INSERT ON alerts_alertjudgement TO otasuke_app;
