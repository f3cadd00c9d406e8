-- Partners have no right to a firm's report.
ALTER TABLE reports_monthlyreport ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_monthlyreport FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON reports_monthlyreport FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON reports_monthlyreport FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON reports_monthlyreport FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON reports_monthlyreport FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON reports_monthlyreport TO otasuke_app;
