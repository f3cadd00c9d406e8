ALTER TABLE sensors_ledgerfile ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_ledgerfile FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_ledgerfile FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_ledgerfile.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_ledgerfile FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));
CREATE POLICY changes ON sensors_ledgerfile FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm()))
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));

REVOKE ALL ON sensors_ledgerfile FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_ledgerfile TO otasuke_app;
