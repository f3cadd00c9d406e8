-- What the boxes of a programme's firms detected in a month of Japan, by measure. Its firms: those whose contract holds on a
-- day of the month and one of whose boxes had begun to work before its end. Firms are counted by when they were counted
-- before, so that months can be put together without counting one twice: amounts[1] those never counted in the 36 months
-- before, amounts[1 + k] those last counted k months before. Firms by place, size and industry: a line of fewer than five
-- firms, and the smallest others until five are together, are one line '*'. No firm is in two lines, and no line is smaller.
CREATE OR REPLACE FUNCTION sec.detections_counted(programme bigint, first date)
  RETURNS TABLE (measure text, labels text[], amounts bigint[])
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH span AS MATERIALIZED (
  SELECT s.next, first::timestamp AT TIME ZONE 'Asia/Tokyo' AS begins, s.next::timestamp AT TIME ZONE 'Asia/Tokyo' AS ends
    FROM (SELECT (first + interval '1 month')::date AS next) s
), contract AS MATERIALIZED (
  SELECT e.tenant_id, e.contract_start AS since, coalesce(e.contract_end, 'infinity'::date) AS until
    FROM tenants_enrolment e WHERE e.programme_id = programme
), firm AS MATERIALIZED (
  SELECT o.id, o.prefecture::text AS prefecture, o.industry::text AS industry, box.since AS online,
         coalesce(width_bucket(nullif(o.staff_count, 0), ARRAY[1, 6, 11, 21, 51, 101, 201, 301])::text, '') AS size
    FROM tenants_organisation o CROSS JOIN span
   CROSS JOIN LATERAL (SELECT (min(s.activated_at) AT TIME ZONE 'Asia/Tokyo')::date AS since
                         FROM sensors_sensor s WHERE s.tenant_id = o.id) box
   WHERE EXISTS (SELECT FROM tenants_enrolment e WHERE e.tenant_id = o.id AND e.programme_id = programme
                    AND e.contract_start < span.next AND coalesce(e.contract_end, 'infinity'::date) >= first)
     AND box.since < span.next
), cut AS MATERIALIZED (
  SELECT v.kind, v.value, count(*) AS firms,
         sum(count(*)) OVER (PARTITION BY v.kind ORDER BY count(*), v.value) - count(*) AS before
    FROM firm f CROSS JOIN LATERAL (VALUES ('prefecture', f.prefecture), ('size', f.size), ('industry', f.industry)) v(kind, value)
   GROUP BY v.kind, v.value
), placed AS MATERIALIZED (
  SELECT f.id, 'all' AS kind, '' AS value FROM firm f
  UNION ALL
  SELECT f.id, c.kind, CASE WHEN c.firms < 5 OR (c.before > 0 AND c.before < 5) THEN '*' ELSE c.value END
    FROM firm f CROSS JOIN LATERAL (VALUES ('prefecture', f.prefecture), ('size', f.size), ('industry', f.industry)) v(kind, value)
    JOIN cut c ON (c.kind, c.value) = (v.kind, v.value)
), day AS MATERIALIZED (
  SELECT d.tenant_id, d.day, d.function::text AS function, d.direction::text AS direction, d.grade, d.notices, d.mailed, d.alerts
    FROM firm f CROSS JOIN span
    JOIN alerts_noticeday d ON d.tenant_id = f.id AND d.day >= first AND d.day < span.next
   WHERE d.alerts > 0
     AND EXISTS (SELECT FROM tenants_enrolment e WHERE e.tenant_id = d.tenant_id AND e.programme_id = programme
                    AND d.day >= e.contract_start AND d.day <= coalesce(e.contract_end, 'infinity'::date))
), seen AS MATERIALIZED (
  SELECT DISTINCT d.tenant_id, w.what, w.function, w.directions
    FROM day d CROSS JOIN LATERAL (VALUES
           (d.function || ':' || d.direction, d.function, ARRAY[d.direction]),
           (d.function, d.function, ARRAY['inbound', 'outbound', 'internal', 'external', 'unknown']),
           ('inbound', NULL, ARRAY['inbound']),
           ('inside', NULL, ARRAY['outbound', 'internal']),
           ('any', NULL, ARRAY['inbound', 'outbound', 'internal', 'external', 'unknown'])) w(what, function, directions)
   WHERE d.direction = ANY (w.directions)
), counted_before AS MATERIALIZED (
  SELECT s.tenant_id, s.what, (
           SELECT max(d.day) FROM alerts_noticeday d
            WHERE d.tenant_id = s.tenant_id AND d.day < first AND d.day >= (first - interval '36 months')::date
              AND d.alerts > 0 AND (s.function IS NULL OR d.function = s.function) AND d.direction = ANY (s.directions)
              AND EXISTS (SELECT FROM tenants_enrolment e WHERE e.tenant_id = d.tenant_id AND e.programme_id = programme
                              AND d.day >= e.contract_start AND d.day <= coalesce(e.contract_end, 'infinity'::date))) AS last
    FROM seen s
  UNION ALL
  SELECT f.id, 'online', max(least(c.until, first - 1)) FILTER (WHERE c.tenant_id IS NOT NULL)
    FROM firm f LEFT JOIN contract c
      ON c.tenant_id = f.id AND c.since < first AND least(c.until, first - 1) >= first - interval '36 months'
     AND date_trunc('month', least(c.until, first - 1)) >= date_trunc('month', f.online)
   GROUP BY f.id
), by_months AS (
  SELECT p.kind, p.value, b.what, count(*) AS firms,
         coalesce((extract(year FROM age(first, date_trunc('month', b.last)::date)) * 12
                   + extract(month FROM age(first, date_trunc('month', b.last)::date)))::integer, 0) AS months
    FROM counted_before b JOIN placed p ON p.id = b.tenant_id
   WHERE p.kind = 'all' OR b.what IN ('online', 'any', 'ips', 'av', 'wg')
   GROUP BY 1, 2, 3, 5
), noticed AS MATERIALIZED (
  SELECT g.tenant_id, g.function::text AS function, g.asset_key, g.alert_count,
         CASE WHEN g.function = 'wg' AND g.peer <> '' THEN g.peer ELSE g.signature END AS name
    FROM firm f CROSS JOIN span
    JOIN alerts_alertgroup g ON g.tenant_id = f.id AND g.last_at >= span.begins AND g.last_at < span.ends
   WHERE EXISTS (SELECT FROM tenants_enrolment e WHERE e.tenant_id = g.tenant_id AND e.programme_id = programme
                    AND (g.last_at AT TIME ZONE 'Asia/Tokyo')::date >= e.contract_start
                    AND (g.last_at AT TIME ZONE 'Asia/Tokyo')::date <= coalesce(e.contract_end, 'infinity'::date))
), named AS (
  SELECT n.function, n.name, n.alerts, row_number() OVER (PARTITION BY n.function ORDER BY n.alerts DESC, n.name) AS place
    FROM (SELECT f.function, f.name, sum(f.alert_count) AS alerts FROM noticed f GROUP BY f.function, f.name) n
)
SELECT 'grades', ARRAY[d.function, d.direction, d.grade::text], ARRAY[sum(d.alerts), sum(d.notices), sum(d.mailed)]::bigint[]
  FROM day d GROUP BY 2
UNION ALL
SELECT 'firms_' || x.kind, ARRAY[x.value, x.what], array_agg(coalesce(y.firms, 0) ORDER BY k.months)
  FROM (SELECT DISTINCT m.kind, m.value, m.what FROM by_months m) x CROSS JOIN generate_series(0, 36) AS k(months)
  LEFT JOIN by_months y ON (y.kind, y.value, y.what, y.months) = (x.kind, x.value, x.what, k.months)
 GROUP BY x.kind, x.value, x.what
UNION ALL
SELECT 'weeks_' || p.kind, ARRAY[p.value, ((extract(day FROM d.day)::integer - 1) / 7 + 1)::text, d.function],
       ARRAY[sum(d.alerts)]::bigint[]
  FROM day d JOIN placed p ON p.id = d.tenant_id GROUP BY p.kind, 2
UNION ALL
SELECT 'months', ARRAY[f.function], ARRAY[sum(f.alert_count), count(DISTINCT (f.tenant_id, f.asset_key)), count(DISTINCT f.tenant_id)]
  FROM noticed f GROUP BY 2
UNION ALL
-- More names than these are not kept; amounts[2] of the last that is: no name that is not kept had more.
SELECT 'names', ARRAY[n.function, n.name], ARRAY[n.alerts, CASE n.place WHEN 200 THEN n.alerts ELSE 0 END]::bigint[]
  FROM named n WHERE n.place <= 200
UNION ALL
SELECT 'online', '{}', ARRAY[(SELECT count(*) FROM firm)]
$body$;
ALTER FUNCTION sec.detections_counted OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.detections_counted FROM PUBLIC;
