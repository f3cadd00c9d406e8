ALTER TABLE incidents_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_decision FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_decision FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON incidents_decision FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[]));
CREATE POLICY changes ON incidents_decision FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_decision FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_decision TO otasuke_app;
