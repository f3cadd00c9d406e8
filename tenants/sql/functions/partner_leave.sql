-- A partner leaves, by an owner of the office: every grant it holds over the programme's firms ends now, each firm's
-- trail says so, and it is no partner any more. A firm that is under contract with another programme too, where the
-- partner goes on and serves its prefecture, keeps it. NULL: nobody here may, or it takes no part. Else how many firms.
CREATE OR REPLACE FUNCTION sec.partner_leave(programme bigint, partner bigint, why text)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  person bigint := nullif(current_setting('otasuke.user', true), '')::bigint;
  office bigint := nullif(current_setting('otasuke.organisation', true), '')::bigint;
  joined timestamptz;
  firms bigint[];
BEGIN
  IF programme <> ALL (sec.programmes_run('owner')) THEN RETURN NULL; END IF;
  DELETE FROM tenants_partnercount c WHERE c.partner_id = (SELECT p.id FROM tenants_programmepartner p
    WHERE p.programme_id = programme AND p.organisation_id = partner);
  DELETE FROM tenants_programmepartner p WHERE p.programme_id = programme AND p.organisation_id = partner
  RETURNING p.joined_at INTO joined;
  IF NOT FOUND THEN RETURN NULL; END IF;
  WITH ended AS (
    UPDATE tenants_accessgrant g SET valid = tstzrange(lower(g.valid), greatest(clock_timestamp(), lower(g.valid)))
     WHERE g.grantee_id = partner AND g.valid @> now() AND EXISTS (
       SELECT 1 FROM tenants_enrolment e WHERE e.tenant_id = g.tenant_id AND e.programme_id = programme)
       AND NOT EXISTS (
       SELECT 1 FROM tenants_programmepartner o
         JOIN tenants_enrolment e ON e.programme_id = o.programme_id AND e.tenant_id = g.tenant_id
          AND coalesce(e.contract_end, 'infinity') >= (now() AT TIME ZONE 'Asia/Tokyo')::date
         JOIN tenants_organisation f ON f.id = e.tenant_id
        WHERE o.organisation_id = partner AND o.confirmed_at IS NOT NULL
          AND (o.prefectures = '{}' OR f.prefecture = ANY (o.prefectures)))
    RETURNING g.tenant_id)
  SELECT array_agg(DISTINCT e.tenant_id) INTO firms FROM ended e;
  INSERT INTO tenants_auditevent (tenant_id, actor_id, organisation_id, code, subject, data, agent)
  SELECT f, person, office, 'partner.left', 'organisation:' || partner,
         jsonb_build_object('programme', programme, 'reason', why), ''
    FROM unnest(firms) f;
  INSERT INTO tenants_formerpartner (programme_id, organisation_id, joined_at, left_at, left_by_id, reason, firms)
  VALUES (programme, partner, joined, clock_timestamp(), person, why, coalesce(cardinality(firms), 0));
  RETURN coalesce(cardinality(firms), 0);
END
$body$;
ALTER FUNCTION sec.partner_leave OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partner_leave FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partner_leave TO otasuke_app;
