-- Partners have no right to a firm's report.
ALTER TABLE reports_monthlyreport ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_monthlyreport FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON reports_monthlyreport FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = reports_monthlyreport.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON reports_monthlyreport FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON reports_monthlyreport FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON reports_monthlyreport FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON reports_monthlyreport TO otasuke_app;
