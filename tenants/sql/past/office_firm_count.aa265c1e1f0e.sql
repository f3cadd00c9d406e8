-- How many firms take part in a programme, for its office.
CREATE OR REPLACE FUNCTION sec.office_firm_count(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (firms integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT count(DISTINCT e.tenant_id)::integer FROM tenants_enrolment e
 WHERE e.programme_id = programme
   AND programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
$body$;
ALTER FUNCTION sec.office_firm_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_firm_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_firm_count TO otasuke_app;
