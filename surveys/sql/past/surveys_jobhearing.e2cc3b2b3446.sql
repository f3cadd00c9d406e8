-- What a vendor says about its work is for the programme, not for the firm it worked at.
ALTER TABLE surveys_jobhearing ENABLE ROW LEVEL SECURITY;
ALTER TABLE surveys_jobhearing FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON surveys_jobhearing FOR SELECT
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
CREATE POLICY adds ON surveys_jobhearing FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));
CREATE POLICY changes ON surveys_jobhearing FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON surveys_jobhearing FROM otasuke_app;
GRANT SELECT, INSERT ON surveys_jobhearing TO otasuke_app;
