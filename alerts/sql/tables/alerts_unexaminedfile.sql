ALTER TABLE alerts_unexaminedfile ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_unexaminedfile FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_unexaminedfile FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = alerts_unexaminedfile.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON alerts_unexaminedfile FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON alerts_unexaminedfile FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON alerts_unexaminedfile FROM otasuke_app;
GRANT SELECT, INSERT ON alerts_unexaminedfile TO otasuke_app;
