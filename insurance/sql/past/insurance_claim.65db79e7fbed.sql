ALTER TABLE insurance_claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_claim FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON insurance_claim FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR id = ANY ((SELECT sec.visible_claims())::bigint[]));
CREATE POLICY adds ON insurance_claim FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[]));
CREATE POLICY changes ON insurance_claim FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[])
    OR id = ANY ((SELECT sec.writable_claims())::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[])
    OR id = ANY ((SELECT sec.writable_claims())::bigint[]));

REVOKE ALL ON insurance_claim FROM otasuke_app;
GRANT SELECT, INSERT ON insurance_claim TO otasuke_app;
GRANT UPDATE (approved_yen, chain_sha256, decided_at, export_reason, exported_at, exports, own_yen, paid_on, reason,
  round, slot, state, submitted_at) ON insurance_claim TO otasuke_app;

CREATE TRIGGER granted AFTER UPDATE ON insurance_claim
  FOR EACH ROW WHEN (old.state IS DISTINCT FROM new.state)
  EXECUTE FUNCTION sec.claim_grants();
CREATE TRIGGER moved BEFORE UPDATE ON insurance_claim FOR EACH ROW EXECUTE FUNCTION sec.claim_moved();
CREATE TRIGGER terms BEFORE INSERT ON insurance_claim FOR EACH ROW EXECUTE FUNCTION sec.claim_terms();
