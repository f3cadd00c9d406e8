-- Changes of grading whose time is over.
CREATE OR REPLACE FUNCTION sec.tunings_over(at timestamptz)
  RETURNS TABLE (programme_id bigint, tuning_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT t.programme_id, t.id FROM alerts_tuning t WHERE t.state = 'in_force' AND t.expires_at <= at
 ORDER BY t.expires_at LIMIT 1000
$body$;
ALTER FUNCTION sec.tunings_over OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.tunings_over FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.tunings_over TO otasuke_app;
