-- The organisation and scopes of a program's token, by the hash of its secret.
CREATE OR REPLACE FUNCTION sec.api_token(secret_hash bytea)
  RETURNS TABLE (token_id bigint, organisation_id bigint, kind text, scopes text[])
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH used AS (
  UPDATE tenants_apitoken t SET last_used_at = now()
   WHERE t.token_hash = secret_hash AND t.revoked_at IS NULL AND t.expires_at > now()
     AND (t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute'))
SELECT t.id, t.organisation_id, o.kind::text, t.scopes::text[]
  FROM tenants_apitoken t JOIN tenants_organisation o ON o.id = t.organisation_id
 WHERE t.token_hash = secret_hash AND t.revoked_at IS NULL AND t.expires_at > now()
$body$;
ALTER FUNCTION sec.api_token OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.api_token FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.api_token TO otasuke_app;
