ALTER TABLE sensors_deviceanswer ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_deviceanswer FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_deviceanswer FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_deviceanswer.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_deviceanswer FOR INSERT
  WITH CHECK (by_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND (tenant_id = (SELECT sec.writable_firm())
      OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_deviceanswer.tenant_id
           AND s.capability = 'desk' OFFSET 0)));
CREATE POLICY changes ON sensors_deviceanswer FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON sensors_deviceanswer FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_deviceanswer TO otasuke_app;
