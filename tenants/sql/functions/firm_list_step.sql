-- One step through a list that an owner of the office has taken: the next firms become participants, with the grants of
-- the office and its desk. A SOC gets its own when the firm agrees to inspection. A firm that takes part already (by its
-- corporate number, else by name and telephone) is left as it is. NULL: no such list, or it is through.
CREATE OR REPLACE FUNCTION sec.firm_list_step(list bigint, most integer, tokens bytea[], until timestamptz)
  RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
  -- A table that is being filled has old statistics: without this, each step would go through all firms.
  SET enable_seqscan = off
AS $body$
DECLARE
  taken record;
  gone integer;
  fresh jsonb;
BEGIN
  SELECT l.*, p.office_id INTO taken FROM tenants_firmlist l JOIN tenants_programme p ON p.id = l.programme_id
   WHERE l.id = list AND l.taken_at IS NOT NULL AND l.done < jsonb_array_length(l.rows) FOR UPDATE OF l;
  IF NOT FOUND THEN RETURN NULL; END IF;
  gone := least(most, cardinality(tokens), jsonb_array_length(taken.rows) - taken.done);
  WITH step AS MATERIALIZED (
    SELECT r.value AS v, r.ordinality - taken.done AS token FROM jsonb_array_elements(taken.rows) WITH ORDINALITY r
     WHERE r.ordinality > taken.done AND r.ordinality <= taken.done + gone
  ), present AS MATERIALIZED (
    SELECT o.name, o.phone_digits, o.corporate_number FROM tenants_organisation o
     WHERE o.kind = 'sme' AND (o.name = ANY (ARRAY(SELECT s.v ->> 'name' FROM step s))
         OR o.corporate_number <> ''
        AND o.corporate_number = ANY (ARRAY(SELECT s.v ->> 'corporate_number' FROM step s)))
       AND EXISTS (SELECT 1 FROM tenants_enrolment e WHERE e.tenant_id = o.id AND e.programme_id = taken.programme_id)
  )
  SELECT coalesce(jsonb_agg(s.v || jsonb_build_object('token', s.token)), '[]') INTO fresh FROM step s
   WHERE NOT EXISTS (SELECT 1 FROM present f
     WHERE f.corporate_number <> '' AND f.corporate_number = s.v ->> 'corporate_number'
        OR f.name = s.v ->> 'name' AND f.phone_digits = sec.phone_digits(s.v ->> 'phone'));
  -- No file has two lines of one name and telephone (tenants.firm_table).
  WITH firms AS (
    INSERT INTO tenants_organisation (kind, name, name_kana, corporate_number, postal_code, prefecture, municipality,
      municipality_code, address, phone, phone_e164, email, industry, staff_count, pc_count, created_at)
    SELECT 'sme', f.v ->> 'name', f.v ->> 'name_kana', f.v ->> 'corporate_number', f.v ->> 'postal_code',
           f.v ->> 'prefecture', f.v ->> 'municipality', f.v ->> 'municipality_code', f.v ->> 'address',
           f.v ->> 'phone', f.v ->> 'phone_e164', f.v ->> 'email', f.v ->> 'industry',
           (f.v ->> 'staff_count')::integer, (f.v ->> 'pc_count')::integer, now()
      FROM jsonb_array_elements(fresh) f (v)
    RETURNING id, name, phone)
  SELECT coalesce(jsonb_agg(f.v || jsonb_build_object('firm', m.id)), '[]') INTO fresh
    FROM firms m JOIN jsonb_array_elements(fresh) f (v) ON f.v ->> 'name' = m.name AND f.v ->> 'phone' = m.phone;
  INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, contract_end, chamber_member)
  SELECT (f.v ->> 'firm')::bigint, taken.programme_id,
         coalesce(nullif(f.v ->> 'contract_start', '')::date, (now() AT TIME ZONE 'Asia/Tokyo')::date),
         nullif(f.v ->> 'contract_end', '')::date, (f.v ->> 'chamber_member')::boolean
    FROM jsonb_array_elements(fresh) f (v);
  INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
  SELECT g.grantee, (f.v ->> 'firm')::bigint, g.capability, tstzrange(now(), NULL), 'firm list ' || taken.id
    FROM jsonb_array_elements(fresh) f (v) JOIN (
      SELECT taken.office_id AS grantee, 'office' AS capability, '{}'::varchar[] AS prefectures
      UNION ALL
      SELECT p.organisation_id, 'desk', p.prefectures FROM tenants_programmepartner p
        JOIN tenants_organisation o ON o.id = p.organisation_id AND o.kind = 'call_centre'
       WHERE p.programme_id = taken.programme_id AND p.confirmed_at IS NOT NULL) g
      ON g.prefectures = '{}' OR f.v ->> 'prefecture' = ANY (g.prefectures);
  INSERT INTO tenants_auditevent (tenant_id, actor_id, organisation_id, code, subject, data, agent)
  SELECT (f.v ->> 'firm')::bigint, taken.taken_by_id, taken.office_id, 'firm.entered', 'firm_list:' || taken.id,
         jsonb_build_object('line', f.v -> 'line'), ''
    FROM jsonb_array_elements(fresh) f (v);
  INSERT INTO tenants_invitation (organisation_id, email, role, token_hash, created_at, expires_at, invited_by_id,
    person_name, person_kana)
  SELECT (f.v ->> 'firm')::bigint, f.v ->> 'email', 'owner', tokens[(f.v ->> 'token')::integer], now(),
         least(until, now() + interval '30 days'), taken.taken_by_id, f.v ->> 'contact_name', f.v ->> 'contact_kana'
    FROM jsonb_array_elements(fresh) f (v) WHERE taken.invites;
  UPDATE tenants_firmlist l SET done = l.done + gone, made = l.made + jsonb_array_length(fresh) WHERE l.id = list;
  RETURN jsonb_build_object('gone', gone, 'invites', taken.invites, 'entered', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('firm', f.v -> 'firm', 'token', f.v -> 'token', 'email', f.v -> 'email',
      'organisation', f.v -> 'name', 'name', f.v -> 'contact_name')), '[]') FROM jsonb_array_elements(fresh) f (v)));
END
$body$;
ALTER FUNCTION sec.firm_list_step OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firm_list_step FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firm_list_step TO otasuke_app;
