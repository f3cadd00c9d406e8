-- Boxes that were prepared and are not installed yet.
CREATE OR REPLACE FUNCTION sec.stalled_installs(before timestamptz)
  RETURNS TABLE (tenant_id bigint, sensor_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT s.tenant_id, s.id FROM sensors_sensor s
 WHERE s.state IN ('prepared', 'shipped', 'arrived') AND s.created_at < before
   AND NOT EXISTS (SELECT 1 FROM notifications_attention a WHERE a.tenant_id = s.tenant_id
                    AND a.kind = 'install_stalled' AND a.about_type = 'sensor' AND a.about_id = s.id
                    AND a.closed_at IS NULL)
$body$;
ALTER FUNCTION sec.stalled_installs OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.stalled_installs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.stalled_installs TO otasuke_app;
