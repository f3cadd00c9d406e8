ALTER TABLE incidents_watch ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_watch FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_watch FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_watch.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0)
    OR job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
CREATE POLICY adds ON incidents_watch FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON incidents_watch FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_watch FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_watch TO otasuke_app;
GRANT UPDATE (recurred_at, state) ON incidents_watch TO otasuke_app;
