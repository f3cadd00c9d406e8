ALTER TABLE surveys_feedbackrequest ENABLE ROW LEVEL SECURITY;
ALTER TABLE surveys_feedbackrequest FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON surveys_feedbackrequest FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY adds ON surveys_feedbackrequest FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON surveys_feedbackrequest FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON surveys_feedbackrequest FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON surveys_feedbackrequest TO otasuke_app;
