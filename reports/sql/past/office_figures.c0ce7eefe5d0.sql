-- A programme's figures of a time, for its office. Months that were counted (sec.month_count) come from their rows, any
-- other part of the time is counted now. Nothing but the number of firms from a programme of fewer than five; no answer
-- of firms that fewer than five gave, and none of vendors about fewer than five jobs. `counted_at`: of the latest month.
CREATE OR REPLACE FUNCTION sec.office_figures(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (measure text, labels text[], amounts bigint[], counted_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH month AS (
  SELECT x::date AS first, x AT TIME ZONE 'Asia/Tokyo' AS begins, (x + interval '1 month') AT TIME ZONE 'Asia/Tokyo' AS ends
    FROM generate_series(date_trunc('month', since AT TIME ZONE 'Asia/Tokyo'),
           until AT TIME ZONE 'Asia/Tokyo' - interval '1 microsecond', interval '1 month') x
   WHERE programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
), kept AS MATERIALIZED (
  SELECT m.first FROM month m WHERE m.begins >= since AND m.ends <= until
     AND EXISTS (SELECT FROM reports_programmefigure f WHERE f.programme_id = programme AND f.month = m.first)
), figure AS MATERIALIZED (
  SELECT f.month, f.measure::text, f.labels, f.amounts, f.ids, f.counted_at FROM reports_programmefigure f
   WHERE f.programme_id = programme AND f.month IN (SELECT k.first FROM kept k)
  UNION ALL
  SELECT m.first, c.measure, c.labels, c.amounts, c.ids, statement_timestamp() FROM month m
   CROSS JOIN LATERAL sec.figures_counted(programme, greatest(since, m.begins), least(until, m.ends)) c
   WHERE m.first NOT IN (SELECT k.first FROM kept k)
), of_five AS (
  SELECT f.measure, f.labels[1] AS about FROM figure f CROSS JOIN unnest(f.ids) AS firm(id)
   GROUP BY 1, 2 HAVING count(DISTINCT firm.id) >= 5
), summed AS (
  SELECT f.measure, f.labels, sum(f.amounts[1])::bigint AS first, sum(f.amounts[2])::bigint AS second,
         sum(f.amounts[3])::bigint AS third
    FROM figure f
   WHERE f.measure NOT IN ('firms', 'hearings_given')
     AND (SELECT count(*) FROM (SELECT DISTINCT e.tenant_id FROM tenants_enrolment e
            WHERE e.programme_id = programme LIMIT 5) e) >= 5
     AND (f.measure NOT IN ('feedback', 'firm_hearings', 'opinions')
       OR (f.measure, f.labels[1]) IN (SELECT o.measure, o.about FROM of_five o))
     AND (f.measure <> 'hearings'
       OR (SELECT sum(g.amounts[1]) FROM figure g WHERE g.measure = 'hearings_given') >= 5)
   GROUP BY 1, 2
)
SELECT s.measure,
       CASE s.measure WHEN 'pay' THEN ARRAY[(SELECT o.name::text FROM tenants_organisation o
                                              WHERE o.id = s.labels[1]::bigint)] ELSE s.labels END,
       CASE s.measure WHEN 'minutes' THEN ARRAY[s.first, (SELECT count(DISTINCT job.id) FROM figure f
                                                           CROSS JOIN unnest(f.ids) AS job(id)
                                                           WHERE (f.measure, f.labels) = (s.measure, s.labels))]
                      ELSE array_remove(ARRAY[s.first, s.second, s.third], NULL) END,
       NULL::timestamptz
  FROM summed s
UNION ALL
(SELECT f.measure, f.labels, f.amounts, f.counted_at FROM figure f WHERE f.measure = 'firms' ORDER BY f.month DESC LIMIT 1)
$body$;
ALTER FUNCTION sec.office_figures OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_figures FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_figures TO otasuke_app;
