ALTER TABLE incidents_caseevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_caseevent FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_caseevent FOR SELECT
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_caseevent.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_caseevent FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_caseevent.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));
CREATE POLICY changes ON incidents_caseevent FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_caseevent FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_caseevent TO otasuke_app;
