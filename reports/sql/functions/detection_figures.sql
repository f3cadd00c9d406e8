-- What was detected in a programme's months from `first` to `last`, both inside, for its office: kept figures put together,
-- never counted now. Firms are counted once over all these months. Of months with fewer than five firms nothing is given,
-- and none of those before such a month or one that was not counted, for a firm counted there would be missed afterwards:
-- 'counted' says which months these figures are of. 'online': the firms of the newest month, however few.
CREATE OR REPLACE FUNCTION sec.detection_figures(programme bigint, first date, last date, measures text[])
  RETURNS TABLE (measure text, labels text[], amounts bigint[], counted_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH counted AS MATERIALIZED (
  SELECT f.month, f.amounts[1] AS firms, f.counted_at FROM reports_detectionfigure f
   WHERE f.programme_id = programme AND f.month >= first AND f.month <= last AND f.measure = 'online'
     AND programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
), span AS MATERIALIZED (
  SELECT e.last, coalesce((SELECT max(x.month)::date FROM generate_series(first, e.last, interval '1 month') AS x(month)
                            WHERE NOT EXISTS (SELECT FROM counted c WHERE c.month = x.month AND c.firms >= 5))
                          + interval '1 month', first)::date AS first
    FROM (SELECT max(c.month) AS last FROM counted c WHERE c.firms >= 5) e
), figure AS MATERIALIZED (
  SELECT f.month, f.measure::text, f.labels, f.amounts,
         (extract(year FROM age(f.month, s.first)) * 12 + extract(month FROM age(f.month, s.first)))::integer AS months
    FROM span s JOIN reports_detectionfigure f ON f.month >= s.first AND f.month <= s.last
   WHERE f.programme_id = programme AND f.measure = ANY (measures)
)
SELECT 'online', '{}'::text[], ARRAY[c.firms], c.counted_at
  FROM (SELECT * FROM counted c ORDER BY c.month DESC LIMIT 1) c
UNION ALL
SELECT 'counted', ARRAY[c.month::text], ARRAY[c.firms], c.counted_at
  FROM counted c JOIN span s ON c.month >= s.first AND c.month <= s.last
UNION ALL
-- Counted in a month, and in none of the months before it that belong to these: never, or before the first of them.
SELECT f.measure, f.labels,
       ARRAY[sum(f.amounts[1] + (SELECT sum(a.firms) FROM unnest(f.amounts[f.months + 2:]) AS a(firms)))]::bigint[], NULL
  FROM figure f WHERE f.measure LIKE 'firms%' GROUP BY 1, 2
UNION ALL
SELECT f.measure, f.labels, ARRAY[sum(f.amounts[1]), sum(f.amounts[2]), sum(f.amounts[3])]::bigint[], NULL
  FROM figure f WHERE f.measure = 'grades' GROUP BY 1, 2
UNION ALL
SELECT 'names', ARRAY[n.function, n.name], ARRAY[n.alerts], NULL
  FROM (SELECT f.labels[1] AS function, f.labels[2] AS name, sum(f.amounts[1])::bigint AS alerts,
               row_number() OVER (PARTITION BY f.labels[1] ORDER BY sum(f.amounts[1]) DESC, f.labels[2]) AS place
          FROM figure f WHERE f.measure = 'names' GROUP BY 1, 2) n
 WHERE n.place <= 10
UNION ALL
-- How often at most a name was counted in months that did not keep it.
SELECT 'left_out', ARRAY[f.labels[1]], ARRAY[sum(f.amounts[2])]::bigint[], NULL
  FROM figure f WHERE f.measure = 'names' AND f.amounts[2] > 0 GROUP BY f.labels[1]
UNION ALL
SELECT f.measure, ARRAY[f.month::text] || f.labels, f.amounts, NULL
  FROM figure f WHERE f.measure LIKE 'weeks%' OR f.measure = 'months'
$body$;
ALTER FUNCTION sec.detection_figures OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.detection_figures FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.detection_figures TO otasuke_app;
