ALTER TABLE insurance_claimevidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_claimevidence FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON insurance_claimevidence FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = insurance_claimevidence.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0)
    OR claim_id = ANY ((SELECT sec.visible_claims())::bigint[]));
CREATE POLICY adds ON insurance_claimevidence FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = insurance_claimevidence.tenant_id
         AND s.capability = 'desk' OFFSET 0));
CREATE POLICY changes ON insurance_claimevidence FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON insurance_claimevidence FROM otasuke_app;
GRANT SELECT, INSERT ON insurance_claimevidence TO otasuke_app;
