-- An office makes a firm of an application: organisation, enrolment, grants of the programme's partners, invitation of
-- the owner.
CREATE OR REPLACE FUNCTION sec.approve_application(application uuid, token bytea, until timestamptz)
  RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  asked record;
  firm bigint;
BEGIN
  SELECT a.*, p.office_id INTO asked FROM tenants_application a JOIN tenants_programme p ON p.id = a.programme_id
   WHERE a.id = application AND a.state = 'waiting'
     AND p.office_id = nullif(current_setting('otasuke.organisation', true), '')::bigint FOR UPDATE OF a;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM tenants_membership m WHERE m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND m.organisation_id = asked.office_id
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
  VALUES (firm, asked.email, 'owner', token, now(), least(until, now() + interval '30 days'),
    nullif(current_setting('otasuke.user', true), '')::bigint,
    asked.contact_name, asked.contact_kana);
  UPDATE tenants_application a SET state = 'approved', decided_at = now(),
    decided_by_id = nullif(current_setting('otasuke.user', true), '')::bigint, organisation_id = firm
   WHERE a.id = asked.id;
  RETURN firm;
END
$body$;
ALTER FUNCTION sec.approve_application OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.approve_application FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.approve_application TO otasuke_app;
