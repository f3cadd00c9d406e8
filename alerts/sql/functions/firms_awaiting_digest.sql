-- Firms with groups of detections for the hourly digest.
CREATE OR REPLACE FUNCTION sec.firms_awaiting_digest(before timestamptz)
  RETURNS TABLE (tenant_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT DISTINCT g.tenant_id FROM alerts_alertgroup g WHERE g.notify = 'digest' AND g.digest_state = 'unwritten'
   AND g.hour < before
$body$;
ALTER FUNCTION sec.firms_awaiting_digest OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firms_awaiting_digest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firms_awaiting_digest TO otasuke_app;
