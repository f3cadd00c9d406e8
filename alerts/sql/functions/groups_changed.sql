-- Brings what changed in groups into their series and their firm's day: what they are now is added, what they were is
-- taken off. A change of nothing that is added up writes nothing.
CREATE OR REPLACE FUNCTION sec.groups_changed()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  INSERT INTO alerts_alertseries AS s (tenant_id, sensor_id, function, direction, threat_key, asset_key, grade,
    alert_count, blocked_count, first_at, last_at, medium_at, high_at, last_hour, newest_group)
  SELECT c.tenant_id, c.sensor_id, c.function, c.direction, c.threat_key, c.asset_key, max(c.grade),
         sum(c.alert_count * c.sign), sum(c.blocked_count * c.sign), min(c.first_at), max(c.last_at),
         max(c.last_at) FILTER (WHERE c.grade >= 2), max(c.last_at) FILTER (WHERE c.grade >= 3), max(c.hour),
         (max(ARRAY[(date_part('epoch', c.last_at) * 1000000)::bigint, c.id]))[2]
    FROM (
      SELECT 1 AS sign, n.id, n.tenant_id, n.sensor_id, n.function, n.direction, n.threat_key, n.asset_key, n.grade,
             n.alert_count, n.blocked_count, n.first_at, n.last_at, n.hour FROM now_rows n WHERE n.grade >= 1
      UNION ALL
      SELECT -1, w.id, w.tenant_id, w.sensor_id, w.function, w.direction, w.threat_key, w.asset_key, w.grade,
             w.alert_count, w.blocked_count, w.first_at, w.last_at, w.hour FROM was_rows w WHERE w.grade >= 1
    ) c
   GROUP BY c.tenant_id, c.sensor_id, c.function, c.direction, c.threat_key, c.asset_key
  HAVING (sum(c.alert_count * c.sign), sum(c.blocked_count * c.sign)) <> (0, 0)
      OR (max(c.grade) FILTER (WHERE c.sign = 1), min(c.first_at) FILTER (WHERE c.sign = 1),
          max(c.last_at) FILTER (WHERE c.sign = 1))
         IS DISTINCT FROM
         (max(c.grade) FILTER (WHERE c.sign = -1), min(c.first_at) FILTER (WHERE c.sign = -1),
          max(c.last_at) FILTER (WHERE c.sign = -1))
   ORDER BY c.tenant_id, c.sensor_id, c.function, c.direction, c.threat_key, c.asset_key
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
  SELECT c.tenant_id, c.day, c.function, c.direction, c.grade, sum(c.sign),
         coalesce(sum(c.sign) FILTER (WHERE c.notify <> 'none'), 0), sum(c.alert_count * c.sign),
         sum(c.blocked_count * c.sign)
    FROM (
      SELECT 1 AS sign, n.tenant_id, (n.last_at AT TIME ZONE 'Asia/Tokyo')::date AS day, n.function, n.direction,
             n.grade, n.notify, n.alert_count, n.blocked_count FROM now_rows n
      UNION ALL
      SELECT -1, w.tenant_id, (w.last_at AT TIME ZONE 'Asia/Tokyo')::date, w.function, w.direction,
             w.grade, w.notify, w.alert_count, w.blocked_count FROM was_rows w
    ) c
   GROUP BY 1, 2, 3, 4, 5
  HAVING (sum(c.sign), coalesce(sum(c.sign) FILTER (WHERE c.notify <> 'none'), 0), sum(c.alert_count * c.sign),
          sum(c.blocked_count * c.sign)) <> (0, 0, 0, 0)
   ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (tenant_id, day, function, direction, grade) DO UPDATE SET
    notices = d.notices + excluded.notices,
    mailed = d.mailed + excluded.mailed,
    alerts = d.alerts + excluded.alerts,
    blocked = d.blocked + excluded.blocked;
  RETURN NULL;
END
$body$;
ALTER FUNCTION sec.groups_changed OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.groups_changed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.groups_changed TO otasuke_owner;
