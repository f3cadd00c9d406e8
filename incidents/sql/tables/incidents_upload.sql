ALTER TABLE incidents_upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_upload FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_upload FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
CREATE POLICY adds ON incidents_upload FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));
CREATE POLICY changes ON incidents_upload FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));

REVOKE ALL ON incidents_upload FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_upload TO otasuke_app;
GRANT UPDATE (arrived_at, attempts, problem, received, state, tried_at) ON incidents_upload TO otasuke_app;
