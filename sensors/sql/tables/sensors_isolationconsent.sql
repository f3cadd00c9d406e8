ALTER TABLE sensors_isolationconsent ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_isolationconsent FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_isolationconsent FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_isolationconsent.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_isolationconsent FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));
CREATE POLICY changes ON sensors_isolationconsent FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm()))
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));

REVOKE ALL ON sensors_isolationconsent FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_isolationconsent TO otasuke_app;
GRANT UPDATE (ended_at, ended_by_id) ON sensors_isolationconsent TO otasuke_app;
