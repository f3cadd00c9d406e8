-- Count what was detected in a programme's month anew and keep it in place of what was counted before.
CREATE OR REPLACE FUNCTION sec.detections_count(programme bigint, first date, at timestamptz)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('sec.detections_count'), programme::integer);
  DELETE FROM reports_detectionfigure f WHERE f.programme_id = programme AND f.month = first;
  INSERT INTO reports_detectionfigure (programme_id, month, measure, labels, amounts, counted_at)
  SELECT programme, first, c.measure, c.labels, c.amounts, at FROM sec.detections_counted(programme, first) c;
END
$body$;
ALTER FUNCTION sec.detections_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.detections_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.detections_count TO otasuke_app;
