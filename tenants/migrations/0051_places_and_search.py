"""The municipality's code comes with the postal code, and staff find names however they are typed."""

import django.db.models.functions.text
from django.db import migrations, models

import tenants.models.organisation
from tenants.tenancy import rls

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
    asked.municipality, asked.municipality_code, asked.address, asked.phone, asked.phone_e164, asked.email, '', asked.staff_count,
    asked.pc_count, now())
  RETURNING id INTO firm;
  INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, chamber_member)
  VALUES (firm, asked.programme_id, (now() AT TIME ZONE 'Asia/Tokyo')::date, asked.chamber_member);
  INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
  SELECT o.id, firm, CASE o.kind WHEN 'soc' THEN 'watch' WHEN 'call_centre' THEN 'desk' ELSE 'office' END,
         tstzrange(now(), NULL), 'application ' || asked.id
    FROM tenants_organisation o
   WHERE o.id = asked.office_id OR (o.kind IN ('soc', 'call_centre') AND EXISTS (
     SELECT 1 FROM tenants_programmepartner p WHERE p.programme_id = asked.programme_id AND p.organisation_id = o.id));
  INSERT INTO tenants_invitation (organisation_id, email, role, token_hash, created_at, expires_at, invited_by_id)
  VALUES (firm, asked.email, 'owner', token, now(), until, {USER});
  UPDATE tenants_application a SET state = 'approved', decided_at = now(), decided_by_id = {USER}, organisation_id = firm
   WHERE a.id = asked.id;
  RETURN firm;
END
"""

# base.identity.search_fold does the same.
SEARCH_FOLD = """
CREATE FUNCTION sec.search_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $body$
  SELECT translate(lower(normalize(words, NFKC)),
    '髙﨑𠮷邊邉齋齊斎濵濱嶋嶌澤廣國眞惠櫻瀨德淸龍{katakana}',
    '高崎吉辺辺斉斉斉浜浜島島沢広国真恵桜瀬徳清竜{hiragana}')
$body$;
GRANT EXECUTE ON FUNCTION sec.search_fold(text) TO otasuke_app, sec_definer;
""".format(katakana="".join(map(chr, range(0x30A1, 0x30F7))), hiragana="".join(map(chr, range(0x3041, 0x3097))))


class Migration(migrations.Migration):
    dependencies = [("tenants", "0050_log_in_failures")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="municipality_code",
            field=models.CharField(blank=True, default="", max_length=5, verbose_name="市区町村コード"),
            preserve_default=False,
        ),
        migrations.RunSQL("DROP FUNCTION sec.approve_application(uuid, bytea, timestamptz)", migrations.RunSQL.noop),
        rls.definer_function(
            "approve_application(application uuid, token bytea, until timestamptz)",
            "bigint",
            APPROVE_APPLICATION,
            language="plpgsql",
        ),
        migrations.RunSQL(SEARCH_FOLD, "DROP FUNCTION sec.search_fold(text)"),
        migrations.AddField(
            model_name="organisation",
            name="search_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=tenants.models.organisation.SearchFold(
                    django.db.models.functions.text.Concat("name", models.Value(" "), "name_kana")
                ),
                output_field=models.TextField(),
            ),
        ),
    ]
