-- For which organisation the asking person (in one of the roles) or, with the role 'token', the presented token acts;
-- NULL for anybody whose membership or token does not hold at this moment. In PL/pgSQL, which keeps its plan for the
-- session.
CREATE OR REPLACE FUNCTION sec.acting_organisation(VARIADIC roles text[])
  RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  person bigint := nullif(current_setting('otasuke.user', true), '')::bigint;
  acting_for bigint := nullif(current_setting('otasuke.organisation', true), '')::bigint;
  token bytea := decode(nullif(current_setting('otasuke.token', true), ''), 'hex');
BEGIN
  IF token IS NOT NULL THEN
    RETURN (SELECT t.organisation_id FROM tenants_apitoken t
             WHERE t.token_hash = token AND t.revoked_at IS NULL AND t.expires_at > now() AND 'token' = ANY (roles));
  END IF;
  RETURN (SELECT m.organisation_id FROM tenants_membership m
           WHERE m.user_id = person AND m.organisation_id = acting_for AND m.valid @> now() AND m.role = ANY (roles));
END
$body$;
ALTER FUNCTION sec.acting_organisation OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.acting_organisation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.acting_organisation TO otasuke_app, otasuke_owner;
