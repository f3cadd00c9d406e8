-- How often the cover was used, by the first day of the year. The SOC shows it beside an incident and reads no claim.
CREATE OR REPLACE FUNCTION sec.claims_used(firm bigint)
  RETURNS date[]
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT array_agg(c.year_first ORDER BY c.year_first) FROM insurance_claim c
 WHERE c.tenant_id = firm AND c.slot IS NOT NULL
   AND firm = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
$body$;
ALTER FUNCTION sec.claims_used OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claims_used FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claims_used TO otasuke_app;
