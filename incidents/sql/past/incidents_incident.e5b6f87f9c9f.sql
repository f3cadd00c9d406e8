ALTER TABLE incidents_incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_incident FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_incident FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON incidents_incident FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));
CREATE POLICY changes ON incidents_incident FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));

REVOKE ALL ON incidents_incident FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_incident TO otasuke_app;
