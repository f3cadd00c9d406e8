ALTER TABLE sensors_protectionday ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_protectionday FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_protectionday FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_protectionday.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_protectionday FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON sensors_protectionday FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON sensors_protectionday FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_protectionday TO otasuke_app;
