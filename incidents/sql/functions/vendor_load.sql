-- How many visits and appointments each vendor has in a span, over all firms: numbers only.
CREATE OR REPLACE FUNCTION sec.vendor_load(since timestamptz, until timestamptz)
  RETURNS TABLE (vendor_id bigint, appointments bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT a.vendor_id, count(*) FROM incidents_appointment a
 WHERE a.state = 'agreed' AND a.vendor_id IS NOT NULL AND a.starts_at >= since AND a.starts_at < until
 GROUP BY a.vendor_id
$body$;
ALTER FUNCTION sec.vendor_load OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.vendor_load FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.vendor_load TO otasuke_app;
