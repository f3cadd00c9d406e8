-- One step: a confirmed partner gets its grant for the next firms, at most so many; each firm's trail says so.
CREATE OR REPLACE FUNCTION sec.partner_grant(of_programme bigint, partner bigint, most integer)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  given integer;
BEGIN
  -- Two workers at once: the second waits and finds nothing left of the first one's firms.
  PERFORM 1 FROM tenants_programmepartner p WHERE p.programme_id = of_programme AND p.organisation_id = partner
    AND p.confirmed_at IS NOT NULL FOR UPDATE;
  IF NOT FOUND THEN RETURN 0; END IF;
  WITH granted AS (
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
    SELECT partner, f.tenant, f.capability, tstzrange(now(), NULL), 'partner of programme ' || of_programme
      FROM sec.partner_firms(of_programme, partner) f WHERE f.agreed AND NOT f.open ORDER BY f.tenant LIMIT most
    RETURNING tenant_id, capability)
  INSERT INTO tenants_auditevent (tenant_id, organisation_id, code, subject, data, agent)
  SELECT g.tenant_id, p.office_id, 'partner.joined', 'organisation:' || partner,
         jsonb_build_object('programme', of_programme, 'capability', g.capability), ''
    FROM granted g, tenants_programme p WHERE p.id = of_programme;
  GET DIAGNOSTICS given = ROW_COUNT;
  RETURN given;
END
$body$;
ALTER FUNCTION sec.partner_grant OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partner_grant FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partner_grant TO otasuke_app;
