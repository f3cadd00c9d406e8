ALTER TABLE insurance_claimmessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_claimmessage FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON insurance_claimmessage FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = insurance_claimmessage.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0)
    OR claim_id = ANY ((SELECT sec.visible_claims())::bigint[]));
CREATE POLICY adds ON insurance_claimmessage FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = insurance_claimmessage.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR claim_id = ANY ((SELECT sec.writable_claims())::bigint[]));
CREATE POLICY changes ON insurance_claimmessage FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON insurance_claimmessage FROM otasuke_app;
GRANT SELECT, INSERT ON insurance_claimmessage TO otasuke_app;

CREATE TRIGGER stamped BEFORE INSERT ON insurance_claimmessage FOR EACH ROW EXECUTE FUNCTION sec.claim_stamp();
