-- An open invitation, by the hash of its secret.
CREATE OR REPLACE FUNCTION sec.invitation_of(token bytea)
  RETURNS TABLE (
    organisation_id bigint, name text, kind text, email text, role text, expires_at timestamptz, person_name text,
    person_kana text
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT i.organisation_id, o.name::text, o.kind::text, i.email::text, i.role::text, i.expires_at,
       i.person_name::text, i.person_kana::text
  FROM tenants_invitation i JOIN tenants_organisation o ON o.id = i.organisation_id
 WHERE i.token_hash = token AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()
$body$;
ALTER FUNCTION sec.invitation_of OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.invitation_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.invitation_of TO otasuke_app;
