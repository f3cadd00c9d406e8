-- An owner changes a role or ends a membership, never the last owner's. It asks clock_timestamp(), not now(): two
-- owners who remove each other at the same moment wait for one another, and the second must see what the first did.
CREATE OR REPLACE FUNCTION sec.membership_change(membership bigint, new_role text)
  RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  at timestamptz;
  organisation bigint;
  was record;
BEGIN
  IF new_role IS NOT NULL AND new_role NOT IN ('owner', 'member', 'read_only') THEN RETURN 'unknown_role'; END IF;
  SELECT m.organisation_id INTO organisation FROM tenants_membership m WHERE m.id = membership;
  IF organisation IS NULL OR organisation IS DISTINCT
    FROM nullif(current_setting('otasuke.organisation', true), '')::bigint THEN RETURN 'not_allowed'; END IF;
  PERFORM 1 FROM tenants_organisation o WHERE o.id = organisation FOR NO KEY UPDATE;
  at := clock_timestamp();
  PERFORM 1 FROM tenants_membership m
    WHERE m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint AND m.organisation_id = organisation
      AND m.role = 'owner' AND m.valid @> at;
  IF NOT FOUND THEN RETURN 'not_allowed'; END IF;
  SELECT * INTO was FROM tenants_membership m WHERE m.id = membership AND m.valid @> at;
  IF NOT FOUND THEN RETURN 'not_allowed'; END IF;
  IF was.role = new_role THEN RETURN 'done'; END IF;
  IF was.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM tenants_membership m JOIN tenants_user u ON u.id = m.user_id AND u.is_active
     WHERE m.organisation_id = organisation AND m.role = 'owner' AND m.valid @> at AND m.id <> membership)
  THEN RETURN 'last_owner'; END IF;
  UPDATE tenants_membership m SET valid = tstzrange(lower(m.valid), at) WHERE m.id = membership;
  IF new_role IS NOT NULL THEN
    INSERT INTO tenants_membership (user_id, organisation_id, role, valid)
    VALUES (was.user_id, organisation, new_role, tstzrange(at, NULL));
  END IF;
  RETURN 'done';
END
$body$;
ALTER FUNCTION sec.membership_change OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.membership_change FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.membership_change TO otasuke_app;
