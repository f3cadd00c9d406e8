ALTER TABLE incidents_signoff ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_signoff FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_signoff FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_signoff.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0)
    OR job_id = ANY ((SELECT sec.visible_jobs('job', 'office'))::bigint[]));
CREATE POLICY adds ON incidents_signoff FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));
CREATE POLICY changes ON incidents_signoff FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_signoff FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_signoff TO otasuke_app;
