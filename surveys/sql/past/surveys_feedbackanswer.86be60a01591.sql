ALTER TABLE surveys_feedbackanswer ENABLE ROW LEVEL SECURITY;
ALTER TABLE surveys_feedbackanswer FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON surveys_feedbackanswer FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY adds ON surveys_feedbackanswer FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON surveys_feedbackanswer FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON surveys_feedbackanswer FROM otasuke_app;
GRANT SELECT, INSERT ON surveys_feedbackanswer TO otasuke_app;
