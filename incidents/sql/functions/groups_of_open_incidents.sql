-- Later groups of the same device and family stay out of the digest while the incident is open (docs/glossary.md:
-- digest).
CREATE OR REPLACE FUNCTION sec.groups_of_open_incidents()
  RETURNS TABLE (tenant_id bigint, group_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT DISTINCT g.tenant_id, g.id
  FROM incidents_incident i JOIN incidents_incident r ON r.tenant_id = i.tenant_id
    AND r.id = coalesce(i.merged_into_id, i.id)
  JOIN alerts_alertgroup g ON g.tenant_id = i.tenant_id AND g.family = i.family AND g.asset_key = i.asset_key
    AND g.notify <> 'none'
 WHERE g.notify = 'digest' AND g.digest_state = 'unwritten' AND i.kind = 'malware_suspected'
   AND r.opened_by IN ('high_grade', 'callbacks') AND r.state <> 'closed'
     AND NOT EXISTS (SELECT 1 FROM incidents_incidentgroup x WHERE x.tenant_id = g.tenant_id AND x.group_id = g.id
     AND x.incident_id IS NULL)
$body$;
ALTER FUNCTION sec.groups_of_open_incidents OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.groups_of_open_incidents FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.groups_of_open_incidents TO otasuke_app;
