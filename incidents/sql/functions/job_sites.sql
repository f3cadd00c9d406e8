-- The network a vendor will meet: boxes of the firm whose job it took.
CREATE OR REPLACE FUNCTION sec.job_sites(job bigint)
  RETURNS TABLE (name text, state text, activated_at timestamptz, last_seen_at timestamptz, home_net jsonb)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT s.name::text, s.state::text, s.activated_at, s.last_seen_at, s.home_net
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
  JOIN sensors_sensor s ON s.tenant_id = j.tenant_id AND s.state <> 'retired'
 WHERE j.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
 ORDER BY s.id
$body$;
ALTER FUNCTION sec.job_sites OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.job_sites FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.job_sites TO otasuke_app;
