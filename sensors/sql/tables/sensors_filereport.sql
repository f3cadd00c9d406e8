ALTER TABLE sensors_filereport ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_filereport FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_filereport FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_filereport.tenant_id
         AND s.capability IN ('watch', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_filereport FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON sensors_filereport FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON sensors_filereport FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_filereport TO otasuke_app;
GRANT UPDATE (reported_at) ON sensors_filereport TO otasuke_app;
