-- Months whose detections are to be counted, the newest first: this one and the last once an hour, the two before once a
-- day, and any of the three years that never was. Older ones stay as they were counted: alerts that come later than that
-- are lost from the figures, and firms that change their size or place do not change figures that were read long ago.
CREATE OR REPLACE FUNCTION sec.detections_to_count(at timestamptz)
  RETURNS TABLE (programme_id bigint, month date)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH today AS (
  SELECT date_trunc('month', at AT TIME ZONE 'Asia/Tokyo') AS month,
         date_trunc('day', at AT TIME ZONE 'Asia/Tokyo') AT TIME ZONE 'Asia/Tokyo' AS midnight
), due AS (
  SELECT p.id, x::date AS month,
         CASE WHEN x >= t.month - interval '1 month' THEN at - interval '1 hour'
              WHEN x >= t.month - interval '3 months' THEN t.midnight ELSE '-infinity' END AS counted_since
    FROM tenants_programme p CROSS JOIN today t
   CROSS JOIN LATERAL (SELECT min(e.contract_start) AS since FROM tenants_enrolment e WHERE e.programme_id = p.id) f
   CROSS JOIN LATERAL generate_series(
           greatest(date_trunc('month', f.since::timestamp), t.month - interval '35 months'), t.month, interval '1 month') x
)
SELECT d.id, d.month FROM due d
 WHERE NOT EXISTS (SELECT FROM reports_detectionfigure f
         WHERE f.programme_id = d.id AND f.month = d.month AND f.measure = 'online' AND f.counted_at > d.counted_since)
 ORDER BY d.month DESC, d.id
$body$;
ALTER FUNCTION sec.detections_to_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.detections_to_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.detections_to_count TO otasuke_app;
