-- Detections of the job's incident, for the vendor that took the job.
CREATE OR REPLACE FUNCTION sec.job_findings(job bigint)
  RETURNS TABLE (
    hour timestamptz, function text, direction text, signature text, peer text, asset_ip text, asset_mac text,
    grade smallint, alert_count integer, blocked_count integer, first_at timestamptz, last_at timestamptz
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT a.hour, a.function::text, a.direction::text, a.signature::text, a.peer::text, host(a.asset_ip),
       a.asset_mac::text, a.grade, a.alert_count, a.blocked_count, a.first_at, a.last_at
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
  JOIN incidents_incidentgroup x ON x.incident_id = j.incident_id AND x.tenant_id = j.tenant_id
  JOIN alerts_alertgroup a ON a.id = x.group_id
 WHERE j.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
 ORDER BY a.first_at
$body$;
ALTER FUNCTION sec.job_findings OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.job_findings FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.job_findings TO otasuke_app;
