-- Count, once a month, how notices of ★★ and more of the twelve months before `first` ended at the firms of a programme, by
-- signature family and by threat family (`families` and `threats` are pairs), in place of what was counted before. A firm
-- counts once a kind, with its gravest outcome; of a notice the newest answer counts. Gives how many rows it wrote.
CREATE OR REPLACE FUNCTION sec.outcomes_count(programme bigint, first date, families text[], threats text[], at timestamptz)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  written integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('sec.outcomes_count'), programme::integer);
  IF EXISTS (SELECT FROM incidents_outcomecount c WHERE c.programme_id = programme AND c.month >= first) THEN
    RETURN 0;
  END IF;
  DELETE FROM incidents_outcomecount c WHERE c.programme_id = programme;
  INSERT INTO incidents_outcomecount (programme_id, month, level, key, outcome, firms, counted_at)
  WITH firm AS MATERIALIZED (
    SELECT DISTINCT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
  ), seen AS MATERIALIZED (
    SELECT g.tenant_id, g.family::text AS family,
           min(CASE WHEN g.soc_verdict = 'true_positive' OR a.answer IN ('removed', 'reinstalled', 'uninstalled') THEN 1
                    WHEN g.soc_verdict IN ('false_positive', 'harmless') THEN 2
                    WHEN a.answer = 'clean_scan' THEN 3
                    WHEN g.soc_verdict = 'dealt_with' OR a.answer IN ('warned', 'other') THEN 4
                    ELSE 5 END) AS place
      FROM alerts_alertgroup g
      LEFT JOIN LATERAL (SELECT x.answer FROM incidents_alertanswer x
             WHERE x.tenant_id = g.tenant_id AND x.group_id = g.id ORDER BY x.answered_at DESC, x.id DESC LIMIT 1) a ON true
     WHERE g.tenant_id IN (SELECT f.tenant_id FROM firm f) AND g.grade >= 2
       AND g.hour < first::timestamp AT TIME ZONE 'Asia/Tokyo'
       AND g.hour >= (first - interval '12 months') AT TIME ZONE 'Asia/Tokyo'
     GROUP BY 1, 2
  ), kind AS (
    SELECT 'family' AS level, s.family AS key, s.place FROM seen s
    UNION ALL
    SELECT 'threat', t.threat, min(s.place) FROM seen s JOIN unnest(families, threats) AS t(family, threat)
        ON t.family = s.family
     GROUP BY t.threat, s.tenant_id
  )
  SELECT programme, first, k.level, k.key, (ARRAY['real', 'harmless', 'clean', 'other', 'open'])[k.place],
         count(*), at
    FROM kind k GROUP BY 3, 4, 5
  UNION ALL
  SELECT programme, first, 'all', '', '', (SELECT count(*) FROM firm), at;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END
$body$;
ALTER FUNCTION sec.outcomes_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.outcomes_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.outcomes_count TO otasuke_app;
