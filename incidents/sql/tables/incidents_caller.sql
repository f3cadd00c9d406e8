ALTER TABLE incidents_caller ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_caller FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_caller FOR SELECT
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_caller.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_caller FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_caller.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));
CREATE POLICY changes ON incidents_caller FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_caller.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_caller.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));

REVOKE ALL ON incidents_caller FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_caller TO otasuke_app;
