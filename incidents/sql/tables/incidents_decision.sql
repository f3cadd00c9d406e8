ALTER TABLE incidents_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_decision FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_decision FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_decision.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON incidents_decision FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_decision.tenant_id
         AND s.capability = 'desk' OFFSET 0));
CREATE POLICY changes ON incidents_decision FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_decision FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_decision TO otasuke_app;
