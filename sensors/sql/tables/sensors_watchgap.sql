ALTER TABLE sensors_watchgap ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_watchgap FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_watchgap FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_watchgap.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_watchgap FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON sensors_watchgap FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON sensors_watchgap FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_watchgap TO otasuke_app;
GRANT UPDATE (ended_at) ON sensors_watchgap TO otasuke_app;
