ALTER TABLE alerts_alertjudgement ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_alertjudgement FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_alertjudgement FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = alerts_alertjudgement.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON alerts_alertjudgement FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = alerts_alertjudgement.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY changes ON alerts_alertjudgement FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON alerts_alertjudgement FROM otasuke_app;
GRANT SELECT, INSERT ON alerts_alertjudgement TO otasuke_app;
