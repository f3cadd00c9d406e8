ALTER TABLE insurance_referral ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_referral FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON insurance_referral FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = insurance_referral.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON insurance_referral FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    AND given_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY changes ON insurance_referral FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON insurance_referral FROM otasuke_app;
GRANT SELECT, INSERT ON insurance_referral TO otasuke_app;
