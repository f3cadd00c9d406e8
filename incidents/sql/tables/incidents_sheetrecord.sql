ALTER TABLE incidents_sheetrecord ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_sheetrecord FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_sheetrecord FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_sheetrecord.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0)
    OR job_id = ANY ((SELECT sec.visible_jobs('job', 'office'))::bigint[]));
CREATE POLICY adds ON incidents_sheetrecord FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));
CREATE POLICY changes ON incidents_sheetrecord FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_sheetrecord FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_sheetrecord TO otasuke_app;
