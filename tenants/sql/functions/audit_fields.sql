-- What a link of the chain covers (tenants.audit.chain writes the same bytes).
CREATE OR REPLACE FUNCTION sec.audit_fields(e tenants_auditevent)
  RETURNS text[]
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, public, pg_temp
AS $body$
  SELECT ARRAY[e.id::text, e.xid::text, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    e.tenant_id::text, e.actor_id::text, e.organisation_id::text, e.code, e.subject, e.data::text, host(e.ip), e.agent,
    e.grant_id::text, e.token_id::text]
$body$;
ALTER FUNCTION sec.audit_fields OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.audit_fields FROM PUBLIC;
