-- Files that have arrived and were not looked into yet; one that was tried waits a minute per try.
CREATE OR REPLACE FUNCTION sec.uploads_to_check(at timestamptz)
  RETURNS TABLE (tenant_id bigint, upload_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT u.tenant_id, u.id FROM incidents_upload u
 WHERE u.state = 'arrived' AND (u.tried_at IS NULL OR u.tried_at <= at - u.attempts * interval '1 minute')
 ORDER BY u.arrived_at, u.id LIMIT 100
$body$;
ALTER FUNCTION sec.uploads_to_check OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.uploads_to_check FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.uploads_to_check TO otasuke_app;
