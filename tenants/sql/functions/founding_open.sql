-- The founding whose key this piece of work holds: its number and, once there is one, its programme.
CREATE OR REPLACE FUNCTION sec.founding_open()
  RETURNS TABLE (founding bigint, programme bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT f.id, f.programme_id FROM tenants_founding f
 WHERE f.key_hash = decode(nullif(current_setting('otasuke.founding', true), ''), 'hex')
   AND f.closed_at IS NULL AND f.key_until > clock_timestamp()
$body$;
ALTER FUNCTION sec.founding_open OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.founding_open FROM PUBLIC;
