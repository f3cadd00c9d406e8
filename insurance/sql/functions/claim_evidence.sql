-- Detections of a claim's incident, for its insurer.
CREATE OR REPLACE FUNCTION sec.claim_evidence(claim bigint)
  RETURNS TABLE (
    function text, direction text, signature text, grade smallint, alert_count integer, blocked_count integer,
    first_at timestamptz, last_at timestamptz
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT a.function::text, a.direction::text, a.signature::text, a.grade, a.alert_count, a.blocked_count, a.first_at,
       a.last_at
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN insurance_claim c ON c.id = g.subject_id AND c.tenant_id = g.tenant_id AND c.insurer_id = g.grantee_id
  JOIN incidents_incidentgroup x ON x.incident_id = c.incident_id AND x.tenant_id = c.tenant_id
  JOIN alerts_alertgroup a ON a.id = x.group_id
 WHERE c.id = claim AND g.capability = 'claim' AND g.valid @> statement_timestamp()
 ORDER BY a.first_at
$body$;
ALTER FUNCTION sec.claim_evidence OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_evidence FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_evidence TO otasuke_app;
