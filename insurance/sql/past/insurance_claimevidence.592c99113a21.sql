ALTER TABLE insurance_claimevidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_claimevidence FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON insurance_claimevidence FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR claim_id = ANY ((SELECT sec.visible_claims())::bigint[]));
CREATE POLICY adds ON insurance_claimevidence FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[]));
CREATE POLICY changes ON insurance_claimevidence FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON insurance_claimevidence FROM otasuke_app;
GRANT SELECT, INSERT ON insurance_claimevidence TO otasuke_app;
