-- Whose address it is, when exactly one firm of the programme has it: its own for notices, or that of one of its
-- people. Old carriers' addresses are written with quotes and without: both are the same address.
CREATE OR REPLACE FUNCTION sec.firm_of_address(programme bigint, written text)
  RETURNS TABLE (tenant_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT min(firm) FROM (
  SELECT DISTINCT e.tenant_id AS firm FROM tenants_enrolment e JOIN tenants_organisation o ON o.id = e.tenant_id
   WHERE e.programme_id = programme
     AND (translate(lower(o.email), '"', '') = translate(lower(written), '"', '')
       OR EXISTS (SELECT 1 FROM tenants_membership m JOIN tenants_user u ON u.id = m.user_id
                   WHERE m.organisation_id = e.tenant_id AND m.valid @> statement_timestamp() AND u.is_active
                     AND translate(lower(u.email), '"', '') = translate(lower(written), '"', '')))) found
 HAVING count(*) = 1
$body$;
ALTER FUNCTION sec.firm_of_address OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firm_of_address FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firm_of_address TO otasuke_app;
