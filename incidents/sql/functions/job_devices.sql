-- The machines a vendor will meet. Who uses a machine stays with the firm; what was not seen for three months is gone
-- or switched off.
CREATE OR REPLACE FUNCTION sec.job_devices(job bigint)
  RETURNS TABLE (
    mac text, ip text, name text, maker text, whose text, antivirus text, last_seen_at timestamptz, at_night boolean
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT d.mac::text, host(d.last_ip), coalesce(nullif(d.given_name, ''), d.names_seen[1], '')::text, d.vendor::text,
       d.whose::text, d.antivirus::text, d.last_seen_at, d.night_seen_at IS NOT NULL
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
  JOIN sensors_device d ON d.tenant_id = j.tenant_id
 WHERE j.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
   AND d.last_seen_at > statement_timestamp() - interval '90 days'
 ORDER BY d.last_seen_at DESC, d.id LIMIT 300
$body$;
ALTER FUNCTION sec.job_devices OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.job_devices FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.job_devices TO otasuke_app;
