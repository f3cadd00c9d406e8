-- Adds up over all firms how often changes of grading took effect, for these days; gives how many rows it wrote.
CREATE OR REPLACE FUNCTION sec.tunings_count(first_day date, last_day date)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE written integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('sec.tunings_count'));
  INSERT INTO alerts_tuningday AS d (tuning_id, day, hits, firms)
  SELECT e.tuning_id, e.day, sum(e.hits), count(*) FROM alerts_tuningeffect e
   WHERE e.day BETWEEN first_day AND least(last_day, first_day + 31) GROUP BY 1, 2
  ON CONFLICT (tuning_id, day) DO UPDATE SET hits = excluded.hits, firms = excluded.firms
   WHERE (d.hits, d.firms) IS DISTINCT FROM (excluded.hits, excluded.firms);
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END
$body$;
ALTER FUNCTION sec.tunings_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.tunings_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.tunings_count TO otasuke_app;
