-- A box's key before its firm is known.
CREATE OR REPLACE FUNCTION sec.sensor_key(device uuid, key uuid)
  RETURNS TABLE (tenant_id bigint, sensor_id bigint, public_key bytea, revoked boolean)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT k.tenant_id, k.sensor_id, k.public_key, k.revoked_at IS NOT NULL
  OR coalesce(k.expires_at <= clock_timestamp(), false) OR s.state = 'retired'
  FROM sensors_sensorkey k JOIN sensors_sensor s ON s.id = k.sensor_id
 WHERE k.key_id = key AND s.device_id = device
$body$;
ALTER FUNCTION sec.sensor_key OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.sensor_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.sensor_key TO otasuke_app;
