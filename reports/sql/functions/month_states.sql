-- How far the closing of a month is over all firms, for the operator: reports by state, "missing" for firms that have none
-- yet, and for failed ones why, with the ids of at most a hundred firms. No name and nothing of what is in a report.
CREATE OR REPLACE FUNCTION sec.month_states(first_day date, last_day date)
  RETURNS TABLE (state text, how_many bigint, error text, firms bigint[])
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT r.state::text, count(*), r.error::text,
       CASE r.state WHEN 'failed' THEN (array_agg(r.tenant_id ORDER BY r.tenant_id))[1:100] ELSE '{}' END
  FROM reports_monthlyreport r WHERE r.month = first_day AND r.provisional_until IS NULL
 GROUP BY r.state, r.error
UNION ALL
SELECT 'missing', count(*), '', '{}' FROM sec.unreported_firms(first_day, last_day)
HAVING count(*) > 0
$body$;
ALTER FUNCTION sec.month_states OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.month_states FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.month_states TO otasuke_app;
