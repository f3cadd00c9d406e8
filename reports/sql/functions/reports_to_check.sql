-- Final reports that were made, of the last two months that are over, longest unchecked first: late data may have changed
-- them. Each about once a day.
CREATE OR REPLACE FUNCTION sec.reports_to_check(at timestamptz, how_many integer)
  RETURNS TABLE (tenant_id bigint, report_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT r.tenant_id, r.id FROM reports_monthlyreport r
 WHERE r.month >= (date_trunc('month', at AT TIME ZONE 'Asia/Tokyo') - interval '2 months')::date
   AND r.state = 'ready' AND r.provisional_until IS NULL
   AND coalesce(r.checked_at, r.made_at) <= at - interval '20 hours'
 ORDER BY coalesce(r.checked_at, r.made_at), r.id LIMIT least(how_many, 1000)
$body$;
ALTER FUNCTION sec.reports_to_check OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.reports_to_check FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.reports_to_check TO otasuke_app;
