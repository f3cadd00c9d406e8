-- Monthly reports that wait to be made, or to be tried again.
CREATE OR REPLACE FUNCTION sec.unmade_reports(how_many integer, most_attempts integer)
  RETURNS TABLE (tenant_id bigint, report_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT r.tenant_id, r.id FROM reports_monthlyreport r
 WHERE (r.state = 'waiting' OR (r.state = 'failed' AND r.attempts < least(most_attempts, 20)))
   AND (r.not_before IS NULL OR r.not_before <= now())
 ORDER BY r.id LIMIT least(how_many, 1000)
$body$;
ALTER FUNCTION sec.unmade_reports OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.unmade_reports FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.unmade_reports TO otasuke_app;
