-- What comes back: seen again while its incident is watched, after the end for as long as the programme says, or while
-- a vendor's scan is still watched.
CREATE OR REPLACE FUNCTION sec.returning_groups(at timestamptz)
  RETURNS TABLE (tenant_id bigint, group_id bigint, incident_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH versions AS MATERIALIZED (
  SELECT DISTINCT ON (v.programme_id) v.programme_id, v.values FROM tenants_programmesettings v
   WHERE v.effective_from <= at AND v.withdrawn_at IS NULL ORDER BY v.programme_id, v.effective_from DESC, v.version DESC
), terms AS MATERIALIZED (
  SELECT DISTINCT ON (e.tenant_id) e.tenant_id, make_interval(days => coalesce((s.values ->> 'reopen_days')::int, 30))
         AS reach
    FROM tenants_enrolment e LEFT JOIN versions s ON s.programme_id = e.programme_id
   ORDER BY e.tenant_id, e.contract_start DESC
), over AS MATERIALIZED (
  SELECT r.tenant_id, r.id, r.watch_since AS since FROM incidents_incident r WHERE r.state = 'watching'
  UNION ALL
  SELECT r.tenant_id, r.id, r.closed_at FROM incidents_incident r JOIN terms t ON t.tenant_id = r.tenant_id
   WHERE r.state = 'closed' AND r.closed_at > at - interval '366 days' AND r.closed_at > at - t.reach
     AND r.merged_into_id IS NULL
  UNION ALL
  SELECT r.tenant_id, r.id, r.closed_at FROM incidents_watch w
    JOIN incidents_incident r ON r.tenant_id = w.tenant_id AND r.id = w.incident_id
   WHERE w.state <> 'quiet' AND w.opened_at < at AND w.until >= at AND r.state = 'closed' AND r.merged_into_id IS NULL
), kept AS MATERIALIZED (
  SELECT o.since, o.id AS root, i.tenant_id, i.id, i.kind, i.family, i.asset_key
    FROM over o JOIN incidents_incident i ON i.tenant_id = o.tenant_id AND i.id = o.id
  UNION ALL
  SELECT o.since, o.id, i.tenant_id, i.id, i.kind, i.family, i.asset_key
    FROM over o JOIN incidents_incident i ON i.tenant_id = o.tenant_id AND i.merged_into_id = o.id
)
SELECT DISTINCT g.tenant_id, g.id, k.root
  FROM kept k
  JOIN alerts_alertgroup g ON g.tenant_id = k.tenant_id AND g.family = k.family AND g.asset_key = k.asset_key
   AND g.notify <> 'none' AND g.last_at > k.since
 WHERE (k.kind <> 'antivirus_unresolved' OR g.blocked_count < g.alert_count)
   AND NOT EXISTS (SELECT 1 FROM incidents_incidentgroup x WHERE x.tenant_id = g.tenant_id AND x.group_id = g.id
     AND x.incident_id IS NULL)
   AND NOT EXISTS (SELECT 1 FROM incidents_incident o WHERE o.tenant_id = k.tenant_id AND o.kind = k.kind
     AND o.family = k.family AND o.asset_key = k.asset_key AND o.state <> 'closed' AND o.id <> k.root)
$body$;
ALTER FUNCTION sec.returning_groups OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.returning_groups FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.returning_groups TO otasuke_app;
