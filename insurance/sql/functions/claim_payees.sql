-- Where to pay, for the insurer of approved claims.
CREATE OR REPLACE FUNCTION sec.claim_payees()
  RETURNS TABLE (
    claim_id bigint, bank_code text, bank_kana text, branch_code text, branch_kana text, type text, number text,
    holder_kana text
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT c.id, b.bank_code::text, b.bank_kana::text, b.branch_code::text, b.branch_kana::text, b.type::text,
       b.number::text, b.holder_kana::text
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp() AND m.role IN ('owner', 'member')
  JOIN insurance_claim c ON c.id = g.subject_id AND c.tenant_id = g.tenant_id AND c.insurer_id = g.grantee_id
  JOIN insurance_bankaccount b ON b.organisation_id = c.vendor_id
 WHERE g.capability = 'claim' AND g.valid @> statement_timestamp() AND c.state = 'approved'
 ORDER BY c.id
$body$;
ALTER FUNCTION sec.claim_payees OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_payees FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_payees TO otasuke_app;
