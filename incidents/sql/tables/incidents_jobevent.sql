-- A vendor reads the lines about itself only.
ALTER TABLE incidents_jobevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_jobevent FORCE ROW LEVEL SECURITY;

CREATE POLICY own_lines ON incidents_jobevent FOR SELECT
  USING (vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
    AND job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
CREATE POLICY reads ON incidents_jobevent FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_jobevent.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0)
    OR job_id = ANY ((SELECT sec.visible_jobs('office'))::bigint[]));
CREATE POLICY adds ON incidents_jobevent FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON incidents_jobevent FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_jobevent FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_jobevent TO otasuke_app;
