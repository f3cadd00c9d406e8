ALTER TABLE sensors_inspectionconsent ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_inspectionconsent FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_inspectionconsent FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON sensors_inspectionconsent FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]));
CREATE POLICY changes ON sensors_inspectionconsent FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]));

REVOKE ALL ON sensors_inspectionconsent FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_inspectionconsent TO otasuke_app;
