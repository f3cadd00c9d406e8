-- Jobs and offers of the acting vendor. Before a vendor takes a job it learns where and what, not who.
CREATE OR REPLACE FUNCTION sec.job_cards()
  RETURNS TABLE (
    job_id bigint, accepted boolean, until timestamptz, kind text, way text, state text, wish text, prefecture text,
    municipality text, municipality_code text, requested_at timestamptz, incident_kind text, grade smallint,
    opened_at timestamptz, tenant_id bigint, number integer, firm text, address text, phone text, staff_count integer,
    pc_count integer, incident_number integer
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT j.id, g.capability = 'job', upper(g.valid), j.kind::text, j.way::text, j.state::text, j.wish::text,
       o.prefecture::text, o.municipality::text, o.municipality_code::text, j.requested_at, i.kind::text, i.grade,
       i.opened_at,
       CASE WHEN g.capability = 'job' THEN j.tenant_id END, CASE WHEN g.capability = 'job' THEN j.number END,
       CASE WHEN g.capability = 'job' THEN o.name::text END, CASE WHEN g.capability = 'job' THEN o.address::text END,
       CASE WHEN g.capability = 'job' THEN o.phone::text END, CASE WHEN g.capability = 'job' THEN o.staff_count END,
       CASE WHEN g.capability = 'job' THEN o.pc_count END, CASE WHEN g.capability = 'job' THEN i.number END
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
  JOIN tenants_organisation o ON o.id = g.tenant_id
  LEFT JOIN incidents_incident i ON i.id = j.incident_id AND i.tenant_id = j.tenant_id
 WHERE g.capability IN ('job', 'job_offer') AND g.valid @> statement_timestamp()
 ORDER BY j.id
$body$;
ALTER FUNCTION sec.job_cards OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.job_cards FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.job_cards TO otasuke_app;
