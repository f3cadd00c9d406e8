-- A one-time code for the key of a browser, on an installation without a programme. A code that comes later for the same
-- founding ends the key before it.
CREATE OR REPLACE FUNCTION sec.founding_redeem(code bytea, key bytea, until timestamptz)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  UPDATE tenants_founding f SET code_hash = NULL, key_hash = key, key_until = least(until, now() + interval '30 days')
   WHERE f.code_hash = code AND f.code_until > clock_timestamp() AND f.closed_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM tenants_programme);
  RETURN FOUND;
END
$body$;
ALTER FUNCTION sec.founding_redeem OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.founding_redeem FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.founding_redeem TO otasuke_app;
