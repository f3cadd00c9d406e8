-- Count a programme's month anew and keep its figures in place of those before.
CREATE OR REPLACE FUNCTION sec.month_count(programme bigint, first date, at timestamptz)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('sec.month_count'), programme::integer);
  DELETE FROM reports_programmefigure f WHERE f.programme_id = programme AND f.month = first;
  INSERT INTO reports_programmefigure (programme_id, month, measure, labels, amounts, ids, counted_at)
  SELECT programme, first, c.measure, c.labels, c.amounts, c.ids, at
    FROM sec.figures_counted(programme, first::timestamp AT TIME ZONE 'Asia/Tokyo',
           (first + interval '1 month') AT TIME ZONE 'Asia/Tokyo') c;
END
$body$;
ALTER FUNCTION sec.month_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.month_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.month_count TO otasuke_app;
