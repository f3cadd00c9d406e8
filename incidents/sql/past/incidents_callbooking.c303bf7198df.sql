ALTER TABLE incidents_callbooking ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_callbooking FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_callbooking FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON incidents_callbooking FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON incidents_callbooking FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_callbooking FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_callbooking TO otasuke_app;
