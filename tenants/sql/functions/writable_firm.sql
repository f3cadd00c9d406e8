-- As readable_firm, but for people who may only read, and for tokens, the answer is NULL.
CREATE OR REPLACE FUNCTION sec.writable_firm()
  RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  firm bigint := nullif(current_setting('otasuke.tenant', true), '')::bigint;
BEGIN
  IF firm IS NOT NULL THEN RETURN firm; END IF;
  firm := sec.acting_organisation('owner', 'member');
  RETURN (SELECT o.id FROM tenants_organisation o WHERE o.id = firm AND o.kind = 'sme');
END
$body$;
ALTER FUNCTION sec.writable_firm OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.writable_firm FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.writable_firm TO otasuke_app, otasuke_owner;
