-- Active boxes that have not been heard of.
CREATE OR REPLACE FUNCTION sec.silent_sensors(before timestamptz)
  RETURNS TABLE (tenant_id bigint, sensor_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT s.tenant_id, s.id FROM sensors_sensor s WHERE s.state = 'active' AND s.last_seen_at < before
$body$;
ALTER FUNCTION sec.silent_sensors OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.silent_sensors FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.silent_sensors TO otasuke_app;
