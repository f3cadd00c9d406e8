-- The firms of the acting office. A group of fields about the watching is empty until the firm agrees, and empty again
-- when it takes that back.
CREATE OR REPLACE FUNCTION sec.office_firms()
  RETURNS TABLE (
    tenant_id bigint, firm text, active_boxes bigint, last_seen_at timestamptz, incidents bigint,
    open_incidents bigint, prefecture text, municipality text, industry text, staff_count integer, phone text,
    contract_start date
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT g.tenant_id, o.name::text,
       CASE WHEN w.id IS NOT NULL THEN (SELECT count(*) FROM sensors_sensor s
         WHERE s.tenant_id = g.tenant_id AND s.state = 'active') END,
       CASE WHEN w.id IS NOT NULL THEN (SELECT max(s.last_seen_at) FROM sensors_sensor s
         WHERE s.tenant_id = g.tenant_id) END,
       CASE WHEN c.id IS NOT NULL THEN (SELECT count(*) FROM incidents_incident i
         WHERE i.tenant_id = g.tenant_id) END,
       CASE WHEN c.id IS NOT NULL THEN (SELECT count(*) FROM incidents_incident i
         WHERE i.tenant_id = g.tenant_id AND i.state <> 'closed') END,
       o.prefecture::text, o.municipality::text, o.industry::text, o.staff_count, o.phone::text,
       (SELECT max(e.contract_start) FROM tenants_enrolment e WHERE e.tenant_id = g.tenant_id)
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN tenants_organisation o ON o.id = g.tenant_id
  LEFT JOIN tenants_consent w ON w.tenant_id = g.tenant_id AND w.field_group = 'watching' AND w.revoked_at IS NULL
  LEFT JOIN tenants_consent c ON c.tenant_id = g.tenant_id AND c.field_group = 'incidents' AND c.revoked_at IS NULL
 WHERE g.capability = 'office' AND g.valid @> statement_timestamp()
 ORDER BY g.tenant_id
$body$;
ALTER FUNCTION sec.office_firms OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_firms FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_firms TO otasuke_app;
