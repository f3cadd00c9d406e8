-- The firms of the acting office by name, `most` of them behind the first `behind`; `asked`: words that must all stand in
-- name, reading, place or industry, [{"words": as sec.search_fold writes them, "industries": [codes]}]; `only_firms`: of
-- these. A group of fields about the watching is empty until the firm agrees, and empty again when it takes that back.
CREATE OR REPLACE FUNCTION sec.office_firms(
    asked jsonb DEFAULT '[]', only_firms bigint[] DEFAULT NULL, behind integer DEFAULT 0, most integer DEFAULT 100000)
  RETURNS TABLE (
    tenant_id bigint, firm text, active_boxes bigint, last_seen_at timestamptz, incidents bigint,
    open_incidents bigint, prefecture text, municipality text, industry text, staff_count integer, phone text,
    contract_start date
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT o.id, o.name::text,
       CASE WHEN w.id IS NOT NULL THEN (SELECT count(*) FROM sensors_sensor s
         WHERE s.tenant_id = o.id AND s.state = 'active') END,
       CASE WHEN w.id IS NOT NULL THEN (SELECT max(s.last_seen_at) FROM sensors_sensor s
         WHERE s.tenant_id = o.id) END,
       CASE WHEN c.id IS NOT NULL THEN (SELECT count(*) FROM incidents_incident i
         WHERE i.tenant_id = o.id) END,
       CASE WHEN c.id IS NOT NULL THEN (SELECT count(*) FROM incidents_incident i
         WHERE i.tenant_id = o.id AND i.state <> 'closed') END,
       o.prefecture::text, o.municipality::text, o.industry::text, o.staff_count, o.phone::text,
       (SELECT max(e.contract_start) FROM tenants_enrolment e WHERE e.tenant_id = o.id)
  FROM (SELECT f.* FROM tenants_organisation f
         WHERE f.kind = 'sme' AND (only_firms IS NULL OR f.id = ANY (only_firms))
           AND EXISTS (SELECT FROM tenants_accessgrant g
                 WHERE g.grantee_id = (SELECT sec.acting_organisation('owner', 'member', 'read_only'))
                   AND g.tenant_id = f.id AND g.capability = 'office' AND g.valid @> now() OFFSET 0)
           AND NOT EXISTS (SELECT FROM jsonb_to_recordset(asked) AS a(words text, industries text[])
                 WHERE position(a.words IN f.search_name) = 0 AND position(a.words IN f.search_place) = 0
                   AND f.industry <> ALL (a.industries))
         ORDER BY f.name, f.id OFFSET behind LIMIT most) o
  LEFT JOIN tenants_consent w ON w.tenant_id = o.id AND w.field_group = 'watching' AND w.revoked_at IS NULL
  LEFT JOIN tenants_consent c ON c.tenant_id = o.id AND c.field_group = 'incidents' AND c.revoked_at IS NULL
 ORDER BY o.name, o.id
$body$;
ALTER FUNCTION sec.office_firms OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_firms FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_firms TO otasuke_app;
