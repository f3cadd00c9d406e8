-- The firm whose own work this is: the one a piece of background work is for, or the one whose people or token ask. NULL
-- for partners, who see firms by their grants (sec.sight).
CREATE OR REPLACE FUNCTION sec.readable_firm()
  RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  firm bigint := nullif(current_setting('otasuke.tenant', true), '')::bigint;
BEGIN
  IF firm IS NOT NULL THEN RETURN firm; END IF;
  firm := sec.acting_organisation('owner', 'member', 'read_only', 'token');
  RETURN (SELECT o.id FROM tenants_organisation o WHERE o.id = firm AND o.kind = 'sme');
END
$body$;
ALTER FUNCTION sec.readable_firm OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.readable_firm FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.readable_firm TO otasuke_app, otasuke_owner;
