ALTER TABLE incidents_desktask ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_desktask FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_desktask FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON incidents_desktask FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));
CREATE POLICY changes ON incidents_desktask FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[]));

REVOKE ALL ON incidents_desktask FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_desktask TO otasuke_app;
