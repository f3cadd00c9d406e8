ALTER TABLE insurance_bankaccount ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_bankaccount FORCE ROW LEVEL SECURITY;

CREATE POLICY owners ON insurance_bankaccount
  USING (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]))
  WITH CHECK (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]));

REVOKE ALL ON insurance_bankaccount FROM otasuke_app;
GRANT SELECT, INSERT ON insurance_bankaccount TO otasuke_app;
GRANT UPDATE (bank_code, bank_kana, branch_code, branch_kana, changed_at, client_code, holder_kana, number, type) ON
  insurance_bankaccount TO otasuke_app;
