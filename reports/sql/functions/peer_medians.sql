-- What similar firms counted in a month, for the firm whose own work this is: rounded medians of its group, how alike its
-- firms are (level) and about how many they are. No other group, no firm and no firm's own count.
CREATE OR REPLACE FUNCTION sec.peer_medians(first date)
  RETURNS TABLE (level integer, least_firms integer, measure text, median bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT g.level::integer, (ARRAY[6, 10, 20, 50, 100])[width_bucket(cardinality(g.members), ARRAY[6, 10, 20, 50, 100])],
       x.measure, x.median
  FROM reports_peergroup g CROSS JOIN LATERAL unnest(g.measures, g.medians) AS x(measure, median)
 WHERE g.month = first AND (SELECT sec.readable_firm()) = ANY (g.members)
$body$;
ALTER FUNCTION sec.peer_medians OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.peer_medians FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.peer_medians TO otasuke_app;
