-- What at least two firms met in the hours the programme has set, and nobody was warned of in its days. How many it
-- takes, the programme says. A peer counts only by detections whose signature has not been warned of: one wave is one
-- warning.
CREATE OR REPLACE FUNCTION sec.spreading(at timestamptz)
  RETURNS TABLE (programme_id bigint, kind text, value text, firms bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH span AS (
  SELECT p.id AS programme_id, make_interval(hours =>
least(greatest(coalesce((SELECT s.values ->> 'warning_hours' FROM tenants_programmesettings s
   WHERE s.programme_id = p.id AND s.effective_from <= at AND s.values ->> 'warning_hours' ~ '^[0-9]{1,4}$'
   ORDER BY s.version DESC LIMIT 1)::integer, 24), 1), 168)
) AS length FROM tenants_programme p
), met AS (
  SELECT DISTINCT e.programme_id, g.tenant_id, g.function, g.direction, g.signature, g.peer
    FROM alerts_alertgroup g JOIN tenants_enrolment e ON e.tenant_id = g.tenant_id
     AND (e.contract_end IS NULL OR e.contract_end >= (at AT TIME ZONE 'Asia/Tokyo')::date)
    JOIN span ON span.programme_id = e.programme_id
   WHERE g.last_at > at - interval '168 hours' AND g.last_at > at - span.length AND g.last_at <= at AND g.grade >= 2
), warned AS (
  SELECT w.programme_id, w.kind, w.value FROM incidents_earlywarning w
   WHERE w.raised_at > at - make_interval(days =>
least(greatest(coalesce((SELECT s.values ->> 'warning_again_days' FROM tenants_programmesettings s
   WHERE s.programme_id = w.programme_id AND s.effective_from <= at
     AND s.values ->> 'warning_again_days' ~ '^[0-9]{1,4}$'
   ORDER BY s.version DESC LIMIT 1)::integer, 7), 1), 90)
)
)
SELECT programme_id, 'signature', signature, count(DISTINCT tenant_id) FROM met
 WHERE function IN ('ips', 'av') AND signature <> ''
   AND (programme_id, 'signature', signature) NOT IN (SELECT programme_id, kind, value FROM warned)
 GROUP BY programme_id, signature HAVING count(DISTINCT tenant_id) > 1
UNION ALL
SELECT programme_id, 'peer', peer, count(DISTINCT tenant_id) FROM met
 WHERE direction = 'outbound' AND peer <> ''
   AND (programme_id, 'signature', signature) NOT IN (SELECT programme_id, kind, value FROM warned)
   AND (programme_id, 'peer', peer) NOT IN (SELECT programme_id, kind, value FROM warned)
 GROUP BY programme_id, peer HAVING count(DISTINCT tenant_id) > 1
 ORDER BY 2 DESC, 3 DESC
$body$;
ALTER FUNCTION sec.spreading OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.spreading FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.spreading TO otasuke_app;
