-- Firms without a report of a month. None of a month before the firm was entered here: nobody could have watched for
-- it.
CREATE OR REPLACE FUNCTION sec.unreported_firms(first_day date, last_day date)
  RETURNS TABLE (tenant_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT DISTINCT e.tenant_id FROM tenants_enrolment e JOIN tenants_organisation o ON o.id = e.tenant_id
 WHERE e.contract_start <= last_day AND (e.contract_end IS NULL OR e.contract_end >= first_day)
   AND o.created_at < (last_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'
   AND NOT EXISTS (SELECT 1 FROM reports_monthlyreport r
                    WHERE r.tenant_id = e.tenant_id AND r.month = first_day AND r.provisional_until IS NULL)
$body$;
ALTER FUNCTION sec.unreported_firms OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.unreported_firms FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.unreported_firms TO otasuke_app;
