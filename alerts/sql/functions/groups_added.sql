-- Adds new groups to their firm's day, and those of ★ and more to their series.
CREATE OR REPLACE FUNCTION sec.groups_added()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  INSERT INTO alerts_alertseries AS s (tenant_id, sensor_id, function, direction, threat_key, asset_key, grade,
    alert_count, blocked_count, first_at, last_at, medium_at, high_at, last_hour, newest_group)
  SELECT n.tenant_id, n.sensor_id, n.function, n.direction, n.threat_key, n.asset_key, max(n.grade),
         sum(n.alert_count), sum(n.blocked_count), min(n.first_at), max(n.last_at),
         max(n.last_at) FILTER (WHERE n.grade >= 2), max(n.last_at) FILTER (WHERE n.grade >= 3), max(n.hour),
         (max(ARRAY[(date_part('epoch', n.last_at) * 1000000)::bigint, n.id]))[2]
    FROM now_rows n WHERE n.grade >= 1
   GROUP BY n.tenant_id, n.sensor_id, n.function, n.direction, n.threat_key, n.asset_key
   ORDER BY n.tenant_id, n.sensor_id, n.function, n.direction, n.threat_key, n.asset_key
  ON CONFLICT (tenant_id, sensor_id, function, direction, threat_key, asset_key) DO UPDATE SET
    grade = greatest(s.grade, excluded.grade),
    alert_count = s.alert_count + excluded.alert_count,
    blocked_count = s.blocked_count + excluded.blocked_count,
    first_at = least(s.first_at, excluded.first_at),
    last_at = greatest(s.last_at, excluded.last_at),
    medium_at = greatest(s.medium_at, excluded.medium_at),
    high_at = greatest(s.high_at, excluded.high_at),
    last_hour = greatest(s.last_hour, excluded.last_hour),
    newest_group = CASE WHEN excluded.last_at >= s.last_at THEN excluded.newest_group ELSE s.newest_group END;
  INSERT INTO alerts_noticeday AS d (tenant_id, day, function, direction, grade, notices, mailed, alerts, blocked)
  SELECT n.tenant_id, (n.last_at AT TIME ZONE 'Asia/Tokyo')::date, n.function, n.direction, n.grade, count(*),
         count(*) FILTER (WHERE n.notify <> 'none'), sum(n.alert_count), sum(n.blocked_count)
    FROM now_rows n
   GROUP BY 1, 2, 3, 4, 5
   ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (tenant_id, day, function, direction, grade) DO UPDATE SET
    notices = d.notices + excluded.notices,
    mailed = d.mailed + excluded.mailed,
    alerts = d.alerts + excluded.alerts,
    blocked = d.blocked + excluded.blocked;
  RETURN NULL;
END
$body$;
ALTER FUNCTION sec.groups_added OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.groups_added FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.groups_added TO otasuke_owner;
