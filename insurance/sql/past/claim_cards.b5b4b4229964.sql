-- Claims the acting insurer may see, with what it needs of the firm.
CREATE OR REPLACE FUNCTION sec.claim_cards()
  RETURNS TABLE (
    claim_id bigint, until timestamptz, firm text, incident_number integer, kind text, grade smallint, opened_by text,
    opened_at timestamptz, closed_at timestamptz, contract_start date
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT c.id, upper(g.valid), o.name::text, i.number, i.kind::text, i.grade, i.opened_by::text, i.opened_at, i.closed_at,
       e.contract_start
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN insurance_claim c ON c.id = g.subject_id AND c.tenant_id = g.tenant_id AND c.insurer_id = g.grantee_id
  JOIN tenants_organisation o ON o.id = g.tenant_id
  JOIN incidents_incident i ON i.id = c.incident_id AND i.tenant_id = c.tenant_id
  LEFT JOIN LATERAL (SELECT t.contract_start FROM tenants_enrolment t WHERE t.tenant_id = c.tenant_id
                      AND t.contract_start <= (i.opened_at AT TIME ZONE 'Asia/Tokyo')::date
                      ORDER BY t.contract_start DESC LIMIT 1) e ON true
 WHERE g.capability = 'claim' AND g.valid @> statement_timestamp()
 ORDER BY c.id
$body$;
ALTER FUNCTION sec.claim_cards OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_cards FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_cards TO otasuke_app;
