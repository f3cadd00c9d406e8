-- Partners see no firm's opinion: the office gets numbers through sec.office_figures.
ALTER TABLE reports_reportopinion ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_reportopinion FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON reports_reportopinion FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm()));
CREATE POLICY adds ON reports_reportopinion FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON reports_reportopinion FROM otasuke_app;
GRANT SELECT, INSERT ON reports_reportopinion TO otasuke_app;
