-- Turns an open invitation into a membership, for the person who has proved the invited address. Two invitations of one
-- person into one organisation, accepted at once: the second finds the membership.
CREATE OR REPLACE FUNCTION sec.accept_invitation(token bytea, person bigint)
  RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  found_one record;
BEGIN
  SELECT * INTO found_one FROM tenants_invitation i
   WHERE i.token_hash = token AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()
     FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM account_emailaddress a JOIN tenants_user u ON u.id = a.user_id AND u.is_active
    WHERE a.user_id = person AND a.verified AND lower(a.email) = lower(found_one.email) FOR NO KEY UPDATE OF u;
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE tenants_invitation i SET accepted_at = clock_timestamp(), accepted_by_id = person WHERE i.id = found_one.id;
  IF NOT EXISTS (SELECT 1 FROM tenants_membership m WHERE m.user_id = person
                  AND m.organisation_id = found_one.organisation_id AND m.valid @> clock_timestamp()) THEN
    INSERT INTO tenants_membership (user_id, organisation_id, role, valid)
    VALUES (person, found_one.organisation_id, found_one.role, tstzrange(now(), NULL));
  END IF;
  RETURN found_one.organisation_id;
END
$body$;
ALTER FUNCTION sec.accept_invitation OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.accept_invitation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.accept_invitation TO otasuke_app;
