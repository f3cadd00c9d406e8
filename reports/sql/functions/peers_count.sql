-- Put the firms that were watched all of a month into groups of similar ones and keep the medians of their counts. Once a
-- month: what is kept stays, whoever joins or leaves afterwards. A group has six firms or more, so each of them reads
-- about five others; firms that are too few for one go on to the next: industry and size of a programme, size, programme,
-- all. So every firm is in one group at most, and no group can be taken from another. → groups.
CREATE OR REPLACE FUNCTION sec.peers_count(first date, at timestamptz)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  made integer;
  least CONSTANT integer := 6;
  begins timestamptz := first::timestamp AT TIME ZONE 'Asia/Tokyo';
  ends timestamptz := (first + interval '1 month') AT TIME ZONE 'Asia/Tokyo';
BEGIN
  IF at < ends THEN RETURN 0; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('sec.peers_count'), 0);
  IF EXISTS (SELECT FROM reports_peergroup g WHERE g.month = first) THEN RETURN 0; END IF;
  INSERT INTO reports_peergroup (month, level, members, measures, medians, counted_at)
  WITH firm AS MATERIALIZED (
    SELECT DISTINCT ON (o.id) o.id, e.programme_id AS programme, nullif(o.industry, '') AS industry,
           width_bucket(o.staff_count, ARRAY[1, 6, 11, 21, 51, 101, 201, 301]) AS size
      FROM tenants_enrolment e JOIN tenants_organisation o ON o.id = e.tenant_id
     WHERE e.contract_start <= first AND (e.contract_end IS NULL OR e.contract_end >= (ends AT TIME ZONE 'Asia/Tokyo')::date)
       AND EXISTS (SELECT FROM sensors_sensor s WHERE s.tenant_id = o.id AND s.state <> 'retired' AND s.activated_at <= begins)
     ORDER BY o.id, e.contract_start DESC, e.id DESC
  ), counted AS MATERIALIZED (
    SELECT f.*, coalesce(sum(d.alerts), 0) AS seen, coalesce(sum(d.blocked), 0) AS blocked,
           coalesce(sum(d.mailed), 0) AS mailed, coalesce(sum(d.notices) FILTER (WHERE d.grade >= 2), 0) AS look
      FROM firm f LEFT JOIN alerts_noticeday d ON d.tenant_id = f.id AND d.day >= first
       AND d.day < (ends AT TIME ZONE 'Asia/Tokyo')::date
     GROUP BY f.id, f.programme, f.industry, f.size
  ), alike AS MATERIALIZED (
    SELECT c.*, c.industry IS NOT NULL AND c.size IS NOT NULL
           AND count(*) OVER (PARTITION BY c.programme, c.industry, c.size) >= least AS placed
      FROM counted c
  ), sized AS MATERIALIZED (
    SELECT a.*, a.size IS NOT NULL AND count(*) OVER (PARTITION BY a.programme, a.size) >= least AS fits
      FROM alike a WHERE NOT a.placed
  ), together AS MATERIALIZED (
    SELECT s.*, count(*) OVER (PARTITION BY s.programme) >= least AS joined FROM sized s WHERE NOT s.fits
  ), member AS (
    SELECT 1 AS level, a.programme, a.industry, a.size, a.id, a.seen, a.blocked, a.mailed, a.look
      FROM alike a WHERE a.placed
    UNION ALL
    SELECT 2, s.programme, NULL, s.size, s.id, s.seen, s.blocked, s.mailed, s.look FROM sized s WHERE s.fits
    UNION ALL
    SELECT 3, t.programme, NULL, NULL, t.id, t.seen, t.blocked, t.mailed, t.look FROM together t WHERE t.joined
    UNION ALL
    SELECT 4, NULL, NULL, NULL, t.id, t.seen, t.blocked, t.mailed, t.look FROM together t WHERE NOT t.joined
  )
  SELECT first, g.level, g.members, ARRAY['seen', 'blocked', 'mailed', 'look'],
         -- So coarse that one firm more or less does not show: fives below fifty, above one figure and noughts.
         (SELECT array_agg(CASE WHEN x.median < 50 THEN 5 * floor(x.median / 5 + 0.5)::bigint
                                ELSE round(x.median::numeric, -floor(log(x.median::numeric))::integer)::bigint END
                           ORDER BY x.place)
            FROM unnest(g.medians) WITH ORDINALITY AS x(median, place)), at
    FROM (SELECT m.level, array_agg(m.id ORDER BY m.id) AS members,
                 ARRAY[percentile_cont(0.5) WITHIN GROUP (ORDER BY m.seen), percentile_cont(0.5) WITHIN GROUP (ORDER BY m.blocked),
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY m.mailed), percentile_cont(0.5) WITHIN GROUP (ORDER BY m.look)]
                   AS medians
            FROM member m GROUP BY m.level, m.programme, m.industry, m.size HAVING count(*) >= least) g;
  GET DIAGNOSTICS made = ROW_COUNT;
  -- That there were too few is kept as well.
  INSERT INTO reports_peergroup (month, level, members, measures, medians, counted_at) VALUES (first, 0, '{}', '{}', '{}', at);
  RETURN made;
END
$body$;
ALTER FUNCTION sec.peers_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.peers_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.peers_count TO otasuke_app;
