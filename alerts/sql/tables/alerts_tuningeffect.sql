ALTER TABLE alerts_tuningeffect ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_tuningeffect FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_tuningeffect FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = alerts_tuningeffect.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON alerts_tuningeffect FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON alerts_tuningeffect FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON alerts_tuningeffect FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE (hits) ON alerts_tuningeffect TO otasuke_app;
