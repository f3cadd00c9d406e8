ALTER TABLE insurance_claimmessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_claimmessage FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON insurance_claimmessage FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR claim_id = ANY ((SELECT sec.visible_claims())::bigint[]));
CREATE POLICY adds ON insurance_claimmessage FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[])
    OR claim_id = ANY ((SELECT sec.writable_claims())::bigint[]));
CREATE POLICY changes ON insurance_claimmessage FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON insurance_claimmessage FROM otasuke_app;
GRANT SELECT, INSERT ON insurance_claimmessage TO otasuke_app;

CREATE TRIGGER stamped BEFORE INSERT ON insurance_claimmessage FOR EACH ROW EXECUTE FUNCTION sec.claim_stamp();
