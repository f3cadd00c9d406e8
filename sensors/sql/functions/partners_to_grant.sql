-- Confirmed partners that firms wait to be opened to.
CREATE OR REPLACE FUNCTION sec.partners_to_grant()
  RETURNS TABLE (programme bigint, partner bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT p.programme_id, p.organisation_id FROM tenants_programmepartner p
 WHERE p.confirmed_at IS NOT NULL AND EXISTS (
   SELECT 1 FROM sec.partner_firms(p.programme_id, p.organisation_id) f WHERE f.agreed AND NOT f.open)
 ORDER BY p.id
$body$;
ALTER FUNCTION sec.partners_to_grant OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partners_to_grant FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partners_to_grant TO otasuke_app;
