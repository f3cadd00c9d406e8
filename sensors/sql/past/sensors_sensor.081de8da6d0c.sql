ALTER TABLE sensors_sensor ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_sensor FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_sensor FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON sensors_sensor FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));
CREATE POLICY changes ON sensors_sensor FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'watch', 'desk'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'watch', 'desk'))::bigint[]));

REVOKE ALL ON sensors_sensor FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_sensor TO otasuke_app;
