ALTER TABLE sensors_inspectionconsent ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_inspectionconsent FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_inspectionconsent FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_inspectionconsent.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_inspectionconsent FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));
CREATE POLICY changes ON sensors_inspectionconsent FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm()))
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));

REVOKE ALL ON sensors_inspectionconsent FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_inspectionconsent TO otasuke_app;
