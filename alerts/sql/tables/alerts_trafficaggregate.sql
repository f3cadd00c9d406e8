ALTER TABLE alerts_trafficaggregate ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_trafficaggregate FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_trafficaggregate FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = alerts_trafficaggregate.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON alerts_trafficaggregate FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON alerts_trafficaggregate FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON alerts_trafficaggregate FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON alerts_trafficaggregate TO otasuke_app;
