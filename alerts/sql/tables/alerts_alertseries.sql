ALTER TABLE alerts_alertseries ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_alertseries FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_alertseries FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm()));

REVOKE ALL ON alerts_alertseries FROM otasuke_app;
GRANT SELECT ON alerts_alertseries TO otasuke_app;
REVOKE ALL ON alerts_alertseries FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON alerts_alertseries TO sec_definer;
