ALTER TABLE sensors_device ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_device FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_device FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_device.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_device FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON sensors_device FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm()))
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));

REVOKE ALL ON sensors_device FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_device TO otasuke_app;
