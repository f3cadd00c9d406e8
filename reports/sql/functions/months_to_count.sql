-- Months whose figures are to be counted, the newest first: this one and the last once an hour, those of the two years
-- before once a day, for work of one month is often done and corrected in the next.
CREATE OR REPLACE FUNCTION sec.months_to_count(at timestamptz)
  RETURNS TABLE (programme_id bigint, month date)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH today AS (
  SELECT date_trunc('month', at AT TIME ZONE 'Asia/Tokyo') AS month,
         date_trunc('day', at AT TIME ZONE 'Asia/Tokyo') AT TIME ZONE 'Asia/Tokyo' AS midnight
), due AS (
  SELECT p.id, x::date AS month, CASE WHEN x >= t.month - interval '1 month' THEN at - interval '1 hour'
           ELSE t.midnight END AS counted_since
    FROM tenants_programme p CROSS JOIN today t
   CROSS JOIN LATERAL (SELECT min(e.contract_start) AS since FROM tenants_enrolment e WHERE e.programme_id = p.id) f
   CROSS JOIN LATERAL generate_series(
           greatest(date_trunc('month', f.since::timestamp), t.month - interval '23 months'), t.month, interval '1 month') x
)
SELECT d.id, d.month FROM due d
 WHERE NOT EXISTS (SELECT FROM reports_programmefigure f
         WHERE f.programme_id = d.id AND f.month = d.month AND f.counted_at > d.counted_since)
 ORDER BY d.month DESC, d.id
$body$;
ALTER FUNCTION sec.months_to_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.months_to_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.months_to_count TO otasuke_app;
