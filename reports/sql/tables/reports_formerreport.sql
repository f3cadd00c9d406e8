-- Read by whom the report itself is read; once written it stays.
ALTER TABLE reports_formerreport ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_formerreport FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON reports_formerreport FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = reports_formerreport.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON reports_formerreport FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON reports_formerreport FROM otasuke_app;
GRANT SELECT, INSERT ON reports_formerreport TO otasuke_app;
