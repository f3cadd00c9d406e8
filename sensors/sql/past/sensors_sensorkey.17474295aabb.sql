ALTER TABLE sensors_sensorkey ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_sensorkey FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_sensorkey FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY adds ON sensors_sensorkey FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON sensors_sensorkey FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON sensors_sensorkey FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_sensorkey TO otasuke_app;
