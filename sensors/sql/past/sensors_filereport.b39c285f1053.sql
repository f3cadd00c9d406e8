ALTER TABLE sensors_filereport ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_filereport FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_filereport FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'breakglass'))::bigint[]));
CREATE POLICY adds ON sensors_filereport FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON sensors_filereport FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON sensors_filereport FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_filereport TO otasuke_app;
GRANT UPDATE (reported_at) ON sensors_filereport TO otasuke_app;
