ALTER TABLE insurance_referral ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_referral FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON insurance_referral FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON insurance_referral FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[])
    AND given_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY changes ON insurance_referral FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON insurance_referral FROM otasuke_app;
GRANT SELECT, INSERT ON insurance_referral TO otasuke_app;
