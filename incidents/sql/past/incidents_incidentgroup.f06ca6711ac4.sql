ALTER TABLE incidents_incidentgroup ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_incidentgroup FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_incidentgroup FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON incidents_incidentgroup FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]));
CREATE POLICY changes ON incidents_incidentgroup FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));

REVOKE ALL ON incidents_incidentgroup FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_incidentgroup TO otasuke_app;
