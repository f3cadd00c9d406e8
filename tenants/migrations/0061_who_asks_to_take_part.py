"""An application says the industry; the approved firm's invitation knows the person's name; notices go to an address."""

from django.db import migrations, models

from tenants.tenancy import rls
from base.industries import INDUSTRIES

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"

APPROVE_APPLICATION = f"""
DECLARE
  asked record;
  firm bigint;
BEGIN
  SELECT a.*, p.office_id INTO asked FROM tenants_application a JOIN tenants_programme p ON p.id = a.programme_id
   WHERE a.id = application AND a.state = 'waiting' AND p.office_id = {ORGANISATION} FOR UPDATE OF a;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM tenants_membership m WHERE m.user_id = {USER} AND m.organisation_id = asked.office_id
    AND m.role IN ('owner', 'member') AND m.valid @> clock_timestamp();
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO tenants_organisation (kind, name, name_kana, corporate_number, postal_code, prefecture, municipality,
    municipality_code, address, phone, phone_e164, email, industry, staff_count, pc_count, created_at)
  VALUES ('sme', asked.name, asked.name_kana, asked.corporate_number, asked.postal_code, asked.prefecture,
    asked.municipality, asked.municipality_code, asked.address, asked.phone, asked.phone_e164, asked.email,
    asked.industry, asked.staff_count, asked.pc_count, now())
  RETURNING id INTO firm;
  INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, chamber_member)
  VALUES (firm, asked.programme_id, (now() AT TIME ZONE 'Asia/Tokyo')::date, asked.chamber_member);
  INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
  SELECT o.id, firm, CASE o.kind WHEN 'soc' THEN 'watch' WHEN 'call_centre' THEN 'desk' ELSE 'office' END,
         tstzrange(now(), NULL), 'application ' || asked.id
    FROM tenants_organisation o
   WHERE o.id = asked.office_id OR (o.kind IN ('soc', 'call_centre') AND EXISTS (
     SELECT 1 FROM tenants_programmepartner p WHERE p.programme_id = asked.programme_id AND p.organisation_id = o.id));
  INSERT INTO tenants_invitation (organisation_id, email, role, token_hash, created_at, expires_at, invited_by_id,
    person_name, person_kana)
  VALUES (firm, asked.email, 'owner', token, now(), until, {USER}, asked.contact_name, asked.contact_kana);
  UPDATE tenants_application a SET state = 'approved', decided_at = now(), decided_by_id = {USER}, organisation_id = firm
   WHERE a.id = asked.id;
  RETURN firm;
END
"""
INVITATION_OF = """
SELECT i.organisation_id, o.name::text, o.kind::text, i.email::text, i.role::text, i.expires_at,
       i.person_name::text, i.person_kana::text
  FROM tenants_invitation i JOIN tenants_organisation o ON o.id = i.organisation_id
 WHERE i.token_hash = token AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0060_scope_for_calls")]

    operations = [
        migrations.AddField(
            "application",
            "industry",
            models.CharField("業種", max_length=1, blank=True, choices=INDUSTRIES, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            "organisation",
            "industry",
            models.CharField("業種（日本標準産業分類）", max_length=1, blank=True, choices=INDUSTRIES),
        ),
        migrations.AlterField("organisation", "email", models.EmailField("通知先メール", max_length=254, blank=True)),
        *[
            migrations.AddField(
                "invitation", name, models.CharField(max_length=120, blank=True, default=""), preserve_default=False
            )
            for name in ("person_name", "person_kana")
        ],
        migrations.RunSQL("DROP FUNCTION sec.approve_application(uuid, bytea, timestamptz)", migrations.RunSQL.noop),
        rls.definer_function(
            "approve_application(application uuid, token bytea, until timestamptz)",
            "bigint",
            APPROVE_APPLICATION,
            language="plpgsql",
        ),
        migrations.RunSQL("DROP FUNCTION sec.invitation_of(bytea)", migrations.RunSQL.noop),
        rls.definer_function(
            "invitation_of(token bytea)",
            "TABLE (organisation_id bigint, name text, kind text, email text, role text, expires_at timestamptz,"
            " person_name text, person_kana text)",
            INVITATION_OF,
            volatility="STABLE",
        ),
    ]
