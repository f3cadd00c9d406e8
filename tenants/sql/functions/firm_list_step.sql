-- One step through a list that an owner of the office has taken: the next firms become participants, with the grants of
-- the office and its desk. A SOC gets its own when the firm agrees to inspection. A firm that takes part already (by its
-- corporate number, else by name and telephone) is left as it is. NULL: no such list, or it is through.
CREATE OR REPLACE FUNCTION sec.firm_list_step(list bigint, most integer, tokens bytea[], until timestamptz)
  RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  taken record;
  line record;
  firm bigint;
  gone integer := 0;
  entered jsonb := '[]';
BEGIN
  SELECT l.*, p.office_id INTO taken FROM tenants_firmlist l JOIN tenants_programme p ON p.id = l.programme_id
   WHERE l.id = list AND l.taken_at IS NOT NULL AND l.done < jsonb_array_length(l.rows) FOR UPDATE OF l;
  IF NOT FOUND THEN RETURN NULL; END IF;
  FOR line IN SELECT r.value AS v FROM jsonb_array_elements(taken.rows) WITH ORDINALITY r
    WHERE r.ordinality > taken.done ORDER BY r.ordinality LIMIT least(most, cardinality(tokens)) LOOP
    gone := gone + 1;
    CONTINUE WHEN EXISTS (SELECT 1 FROM tenants_organisation o
      JOIN tenants_enrolment e ON e.tenant_id = o.id AND e.programme_id = taken.programme_id
      WHERE o.kind = 'sme' AND o.corporate_number <> '' AND o.corporate_number = line.v ->> 'corporate_number');
    CONTINUE WHEN EXISTS (SELECT 1 FROM tenants_organisation o
      JOIN tenants_enrolment e ON e.tenant_id = o.id AND e.programme_id = taken.programme_id
      WHERE o.kind = 'sme' AND o.name = line.v ->> 'name' AND o.phone_digits = sec.phone_digits(line.v ->> 'phone'));
    INSERT INTO tenants_organisation (kind, name, name_kana, corporate_number, postal_code, prefecture, municipality,
      municipality_code, address, phone, phone_e164, email, industry, staff_count, pc_count, created_at)
    VALUES ('sme', line.v ->> 'name', line.v ->> 'name_kana', line.v ->> 'corporate_number', line.v ->> 'postal_code',
      line.v ->> 'prefecture', line.v ->> 'municipality', line.v ->> 'municipality_code', line.v ->> 'address',
      line.v ->> 'phone', line.v ->> 'phone_e164', line.v ->> 'email', line.v ->> 'industry',
      (line.v ->> 'staff_count')::integer, (line.v ->> 'pc_count')::integer, now())
    RETURNING id INTO firm;
    INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, contract_end, chamber_member)
    VALUES (firm, taken.programme_id,
      coalesce(nullif(line.v ->> 'contract_start', '')::date, (now() AT TIME ZONE 'Asia/Tokyo')::date),
      nullif(line.v ->> 'contract_end', '')::date, (line.v ->> 'chamber_member')::boolean);
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
    SELECT o.id, firm, CASE o.kind WHEN 'call_centre' THEN 'desk' ELSE 'office' END, tstzrange(now(), NULL),
           'firm list ' || taken.id
      FROM tenants_organisation o
     WHERE o.id = taken.office_id OR (o.kind = 'call_centre' AND EXISTS (
       SELECT 1 FROM tenants_programmepartner p WHERE p.programme_id = taken.programme_id AND p.organisation_id = o.id
         AND p.confirmed_at IS NOT NULL AND (p.prefectures = '{}' OR line.v ->> 'prefecture' = ANY (p.prefectures))));
    INSERT INTO tenants_auditevent (tenant_id, actor_id, organisation_id, code, subject, data, agent)
    VALUES (firm, taken.taken_by_id, taken.office_id, 'firm.entered', 'firm_list:' || taken.id,
      jsonb_build_object('line', line.v -> 'line'), '');
    IF taken.invites THEN
      INSERT INTO tenants_invitation (organisation_id, email, role, token_hash, created_at, expires_at, invited_by_id,
        person_name, person_kana)
      VALUES (firm, line.v ->> 'email', 'owner', tokens[gone], now(), least(until, now() + interval '30 days'),
        taken.taken_by_id, line.v ->> 'contact_name', line.v ->> 'contact_kana');
    END IF;
    entered := entered || jsonb_build_object('firm', firm, 'token', gone, 'email', line.v ->> 'email',
      'organisation', line.v ->> 'name', 'name', line.v ->> 'contact_name');
  END LOOP;
  UPDATE tenants_firmlist l SET done = l.done + gone, made = l.made + jsonb_array_length(entered) WHERE l.id = list;
  RETURN jsonb_build_object('gone', gone, 'invites', taken.invites, 'entered', entered);
END
$body$;
ALTER FUNCTION sec.firm_list_step OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firm_list_step FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firm_list_step TO otasuke_app;
