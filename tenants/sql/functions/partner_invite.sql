-- The first person of a programme's partner, or of its office, is invited as an owner: while nobody is in it, by whoever
-- founds the programme or an owner of its office. Afterwards its own owners invite.
CREATE OR REPLACE FUNCTION sec.partner_invite(
    programme bigint, partner bigint, mail text, person text, kana text, token bytea, until timestamptz, again boolean)
  RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  IF programme IS DISTINCT FROM sec.programme_founded() AND programme <> ALL (sec.programmes_run('owner'))
  THEN RETURN 'not_allowed'; END IF;
  PERFORM 1 FROM tenants_organisation o WHERE o.id = partner
    AND (EXISTS (SELECT 1 FROM tenants_programmepartner p WHERE p.programme_id = programme AND p.organisation_id = o.id)
      OR EXISTS (SELECT 1 FROM tenants_programme p WHERE p.id = programme AND p.office_id = o.id))
    FOR NO KEY UPDATE OF o;
  IF NOT FOUND THEN RETURN 'not_allowed'; END IF;
  IF EXISTS (SELECT 1 FROM tenants_membership m WHERE m.organisation_id = partner) THEN RETURN 'has_people'; END IF;
  IF NOT again AND EXISTS (SELECT 1 FROM tenants_invitation i WHERE i.organisation_id = partner
    AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()) THEN RETURN 'waiting'; END IF;
  UPDATE tenants_invitation i SET revoked_at = now()
   WHERE i.organisation_id = partner AND i.accepted_at IS NULL AND i.revoked_at IS NULL;
  INSERT INTO tenants_invitation (organisation_id, email, role, token_hash, created_at, expires_at, invited_by_id,
    person_name, person_kana)
  VALUES (partner, lower(mail), 'owner', token, now(), least(until, now() + interval '30 days'),
    nullif(current_setting('otasuke.user', true), '')::bigint, person, kana);
  RETURN 'invited';
END
$body$;
ALTER FUNCTION sec.partner_invite OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partner_invite FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partner_invite TO otasuke_app;
