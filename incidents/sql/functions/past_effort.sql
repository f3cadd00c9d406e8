-- Minutes and bills of finished first responses of the programme's firms, by how like they are: 0 the same family of
-- detections, 1 the same function of the box, 2 any. A job counts as a visit when any of its time was one. Entries that
-- were corrected or struck out do not count. Fewer than five jobs or bills could be recognised.
CREATE OR REPLACE FUNCTION sec.past_effort(programme bigint, family text, function text)
  RETURNS TABLE (
    level integer, way text, jobs bigint, bills bigint, minutes_low integer, minutes_middle integer,
    minutes_high integer, yen_low integer, yen_middle integer, yen_high integer
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH done AS (
  SELECT j.id, j.tenant_id, i.family,
         (SELECT min(g.function) FROM incidents_incidentgroup x JOIN alerts_alertgroup g ON g.id = x.group_id
                AND g.tenant_id = x.tenant_id WHERE x.incident_id = i.id AND x.tenant_id = i.tenant_id) AS function,
         (SELECT v.total_yen FROM incidents_invoice v WHERE v.job_id = j.id AND v.tenant_id = j.tenant_id
                AND v.state <> 'void' ORDER BY v.id DESC LIMIT 1) AS yen
    FROM incidents_job j
    JOIN incidents_incident i ON i.id = j.incident_id AND i.tenant_id = j.tenant_id
   WHERE j.kind = 'first_response' AND j.state IN ('reported', 'signed', 'closed')
     AND EXISTS (SELECT 1 FROM tenants_enrolment e WHERE e.tenant_id = j.tenant_id AND e.programme_id = programme)
), spent AS (
  SELECT d.*, w.minutes, CASE WHEN w.visited THEN 'on_site' ELSE 'remote' END AS way
    FROM done d
    JOIN LATERAL (
      SELECT sum(e.minutes) AS minutes, bool_or(e.way = 'on_site') AS visited FROM incidents_workentry e
       WHERE e.job_id = d.id AND e.tenant_id = d.tenant_id AND e.minutes > 0
         AND NOT EXISTS (SELECT 1 FROM incidents_workentry c WHERE c.tenant_id = e.tenant_id AND c.corrects_id = e.id)
    ) w ON w.minutes > 0
), alike AS (
  SELECT level, s.* FROM spent s CROSS JOIN generate_series(0, 2) level
   WHERE level = 2 OR (level = 1 AND s.function = past_effort.function) OR (level = 0 AND s.family = past_effort.family)
), quartered AS (
  SELECT level, way, count(*) AS jobs, count(yen) AS bills,
         percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY minutes) AS spent,
         percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY yen) AS paid
    FROM alike GROUP BY level, way HAVING count(*) >= 5
)
SELECT level, way, jobs, CASE WHEN bills >= 5 THEN bills ELSE 0 END,
       spent[1]::integer, spent[2]::integer, spent[3]::integer,
       CASE WHEN bills >= 5 THEN paid[1]::integer END,
       CASE WHEN bills >= 5 THEN paid[2]::integer END,
       CASE WHEN bills >= 5 THEN paid[3]::integer END
  FROM quartered
$body$;
ALTER FUNCTION sec.past_effort OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.past_effort FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.past_effort TO otasuke_app;
