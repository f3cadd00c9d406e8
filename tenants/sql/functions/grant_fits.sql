-- A grant given by mistake to the wrong kind of organisation would open whole tables: the database refuses it.
CREATE OR REPLACE FUNCTION sec.grant_fits()
  RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
AS $body$
DECLARE
  holder text := (SELECT o.kind FROM tenants_organisation o WHERE o.id = new.grantee_id);
  firm text := (SELECT o.kind FROM tenants_organisation o WHERE o.id = new.tenant_id);
  fitting text[] := CASE new.capability
    WHEN 'watch' THEN ARRAY['soc'] WHEN 'desk' THEN ARRAY['call_centre'] WHEN 'office' THEN ARRAY['office']
    WHEN 'job_offer' THEN ARRAY['vendor', 'data_recovery'] WHEN 'job' THEN ARRAY['vendor', 'data_recovery']
    WHEN 'claim' THEN ARRAY['insurer'] WHEN 'outreach' THEN ARRAY['outreach'] WHEN 'breakglass' THEN ARRAY['platform']
  END;
BEGIN
  IF firm IS DISTINCT FROM 'sme' OR holder <> ALL (fitting) THEN
    RAISE EXCEPTION 'a % cannot hold % over a %', holder, new.capability, firm USING ERRCODE = 'check_violation';
  END IF;
  RETURN new;
END
$body$;
REVOKE ALL ON FUNCTION sec.grant_fits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.grant_fits TO sec_definer;
