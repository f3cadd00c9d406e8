ALTER TABLE sensors_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_order FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_order FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON sensors_order FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON sensors_order FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON sensors_order FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_order TO otasuke_app;
GRANT UPDATE (answered_at, detail, state) ON sensors_order TO otasuke_app;
