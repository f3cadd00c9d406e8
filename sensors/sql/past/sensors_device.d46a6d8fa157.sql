ALTER TABLE sensors_device ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_device FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_device FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON sensors_device FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON sensors_device FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]));

REVOKE ALL ON sensors_device FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_device TO otasuke_app;
