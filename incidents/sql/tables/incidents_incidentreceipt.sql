ALTER TABLE incidents_incidentreceipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_incidentreceipt FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_incidentreceipt FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_incidentreceipt.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_incidentreceipt FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_incidentreceipt.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));
CREATE POLICY changes ON incidents_incidentreceipt FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_incidentreceipt FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_incidentreceipt TO otasuke_app;
