-- The acting vendor's own account: an invoice tells its reader where to pay, whoever of the vendor writes it.
CREATE OR REPLACE FUNCTION sec.payee_account()
  RETURNS TABLE (
    bank_code text, bank_kana text, branch_code text, branch_kana text, type text, number text, holder_kana text
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT b.bank_code::text, b.bank_kana::text, b.branch_code::text, b.branch_kana::text, b.type::text, b.number::text,
       b.holder_kana::text
  FROM insurance_bankaccount b
  JOIN tenants_membership m ON m.organisation_id = b.organisation_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.role IN ('owner', 'member') AND m.valid @> statement_timestamp()
  JOIN tenants_organisation o ON o.id = m.organisation_id AND o.kind = 'vendor'
$body$;
ALTER FUNCTION sec.payee_account OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.payee_account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.payee_account TO otasuke_app;
