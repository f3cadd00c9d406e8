ALTER TABLE alerts_trafficaggregate ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_trafficaggregate FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_trafficaggregate FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON alerts_trafficaggregate FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON alerts_trafficaggregate FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON alerts_trafficaggregate FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON alerts_trafficaggregate TO otasuke_app;
