-- As visible_jobs, but for people who may only read the answer is no job.
CREATE OR REPLACE FUNCTION sec.writable_jobs(VARIADIC capabilities text[])
  RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT array_agg(x.id) FROM (
  SELECT j.id FROM tenants_accessgrant g JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
   WHERE g.grantee_id = (SELECT sec.acting_organisation('owner', 'member')) AND g.capability = ANY (capabilities)
     AND g.valid @> statement_timestamp()
  UNION ALL
  SELECT j.id FROM incidents_job j
   WHERE 'office' = ANY (capabilities) AND j.office_since IS NOT NULL AND j.state NOT IN ('closed', 'cancelled')
     AND EXISTS (SELECT FROM tenants_accessgrant g
           WHERE g.grantee_id = (SELECT sec.acting_organisation('owner', 'member')) AND g.tenant_id = j.tenant_id
             AND g.capability = 'office' AND g.valid @> statement_timestamp())
) x
$body$;
ALTER FUNCTION sec.writable_jobs OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.writable_jobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.writable_jobs TO otasuke_app, otasuke_owner;
