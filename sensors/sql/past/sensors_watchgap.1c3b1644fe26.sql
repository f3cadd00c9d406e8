ALTER TABLE sensors_watchgap ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_watchgap FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_watchgap FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON sensors_watchgap FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON sensors_watchgap FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON sensors_watchgap FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_watchgap TO otasuke_app;
GRANT UPDATE (ended_at) ON sensors_watchgap TO otasuke_app;
