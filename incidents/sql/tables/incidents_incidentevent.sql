ALTER TABLE incidents_incidentevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_incidentevent FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_incidentevent FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_incidentevent.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON incidents_incidentevent FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_incidentevent.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY changes ON incidents_incidentevent FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_incidentevent FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_incidentevent TO otasuke_app;
