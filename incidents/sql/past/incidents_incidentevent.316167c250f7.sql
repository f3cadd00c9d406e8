ALTER TABLE incidents_incidentevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_incidentevent FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_incidentevent FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON incidents_incidentevent FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));
CREATE POLICY changes ON incidents_incidentevent FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_incidentevent FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_incidentevent TO otasuke_app;
