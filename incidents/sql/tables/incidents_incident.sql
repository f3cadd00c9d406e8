ALTER TABLE incidents_incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_incident FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_incident FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_incident.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON incidents_incident FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_incident.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY changes ON incidents_incident FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_incident.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_incident.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));

REVOKE ALL ON incidents_incident FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_incident TO otasuke_app;
