ALTER TABLE sensors_activationcode ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_activationcode FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_activationcode FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_activationcode.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY adds ON sensors_activationcode FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_activationcode.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY changes ON sensors_activationcode FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_activationcode.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_activationcode.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));

REVOKE ALL ON sensors_activationcode FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_activationcode TO otasuke_app;
