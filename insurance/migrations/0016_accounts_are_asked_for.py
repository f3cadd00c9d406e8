"""Whether vendor and insurer of a claim have entered where and from where to pay; a vendor's account for its invoice."""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"

# Yes or no, for people who see the claim: neither bank nor number.
CLAIM_ACCOUNTS = f"""
SELECT c.id, EXISTS (SELECT 1 FROM insurance_bankaccount b WHERE b.organisation_id = c.vendor_id),
       EXISTS (SELECT 1 FROM insurance_bankaccount b WHERE b.organisation_id = c.insurer_id AND b.client_code <> '')
  FROM insurance_claim c
 WHERE {USER} IS NOT NULL AND (c.id = ANY ((SELECT sec.visible_claims())::bigint[])
    OR c.tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[]))
 ORDER BY c.id
"""
# An invoice tells its reader where to pay, whoever of the vendor writes it.
PAYEE_ACCOUNT = f"""
SELECT b.bank_code::text, b.bank_kana::text, b.branch_code::text, b.branch_kana::text, b.type::text, b.number::text,
       b.holder_kana::text
  FROM insurance_bankaccount b
  JOIN tenants_membership m ON m.organisation_id = b.organisation_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.role IN ('owner', 'member') AND m.valid @> statement_timestamp()
  JOIN tenants_organisation o ON o.id = m.organisation_id AND o.kind = 'vendor'
"""


class Migration(migrations.Migration):
    dependencies = [("insurance", "0015_signoff_is_evidence")]

    operations = [
        rls.definer_function(
            "claim_accounts()",
            "TABLE (claim_id bigint, vendor boolean, insurer boolean)",
            CLAIM_ACCOUNTS,
            volatility="STABLE",
        ),
        rls.definer_function(
            "payee_account()",
            "TABLE (bank_code text, bank_kana text, branch_code text, branch_kana text, type text, number text,"
            " holder_kana text)",
            PAYEE_ACCOUNT,
            volatility="STABLE",
        ),
    ]
