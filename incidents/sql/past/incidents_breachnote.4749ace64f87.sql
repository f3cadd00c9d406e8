ALTER TABLE incidents_breachnote ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_breachnote FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_breachnote FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON incidents_breachnote FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]));
CREATE POLICY changes ON incidents_breachnote FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]));

REVOKE ALL ON incidents_breachnote FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_breachnote TO otasuke_app;
GRANT UPDATE (aware_on, changed_at, changed_by_id, final_on, quick_on, reasons, said) ON incidents_breachnote TO
  otasuke_app;
