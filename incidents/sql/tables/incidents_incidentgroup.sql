ALTER TABLE incidents_incidentgroup ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_incidentgroup FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_incidentgroup FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_incidentgroup.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON incidents_incidentgroup FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_incidentgroup.tenant_id
         AND s.capability = 'watch' OFFSET 0));
CREATE POLICY changes ON incidents_incidentgroup FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_incidentgroup.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_incidentgroup.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));

REVOKE ALL ON incidents_incidentgroup FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_incidentgroup TO otasuke_app;
