ALTER TABLE incidents_desktask ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_desktask FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_desktask FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_desktask.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON incidents_desktask FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_desktask.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY changes ON incidents_desktask FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_desktask.tenant_id
         AND s.capability = 'desk' OFFSET 0))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_desktask.tenant_id
         AND s.capability = 'desk' OFFSET 0));

REVOKE ALL ON incidents_desktask FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_desktask TO otasuke_app;
