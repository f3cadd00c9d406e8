-- Whether vendor and insurer of a claim have entered an account, for people who see the claim: neither bank nor number.
CREATE OR REPLACE FUNCTION sec.claim_accounts()
  RETURNS TABLE (claim_id bigint, vendor boolean, insurer boolean)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT c.id, EXISTS (SELECT 1 FROM insurance_bankaccount b WHERE b.organisation_id = c.vendor_id),
       EXISTS (SELECT 1 FROM insurance_bankaccount b WHERE b.organisation_id = c.insurer_id AND b.client_code <> '')
  FROM insurance_claim c
 WHERE nullif(current_setting('otasuke.user', true), '')::bigint IS NOT NULL
   AND (c.id = ANY ((SELECT sec.visible_claims())::bigint[])
    OR c.tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = c.tenant_id AND s.capability = 'desk' OFFSET 0))
 ORDER BY c.id
$body$;
ALTER FUNCTION sec.claim_accounts OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_accounts TO otasuke_app;
