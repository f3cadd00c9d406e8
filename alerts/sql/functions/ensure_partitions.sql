-- Makes the months' partitions of alerts and of the inbox. Months are JST months. Whoever holds the application's role
-- could else fill the catalogue with empty months, one call after the other.
CREATE OR REPLACE FUNCTION sec.ensure_partitions(first_day date, last_day date)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
AS $body$
DECLARE
  month date := date_trunc('month', first_day);
  starts timestamptz; ends timestamptz; made integer := 0; child text;
BEGIN
  -- Whoever holds the application's role could else fill the catalogue with empty months, one call after the other.
  IF first_day IS NULL OR last_day IS NULL OR last_day > first_day + interval '13 months'
     OR first_day < current_date - interval '10 years' OR last_day > current_date + interval '10 years' THEN
    RAISE EXCEPTION 'partitions are made for at most 13 months at once, within ten years of today';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('sec.ensure_partitions'));
  WHILE month <= last_day LOOP
    starts := month::timestamp AT TIME ZONE 'Asia/Tokyo';
    ends := (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Tokyo';
    child := 'alerts_alert_' || to_char(month, 'YYYYMM');
    IF to_regclass('public.' || child) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.alerts_alert FOR VALUES FROM (%L) TO (%L)', child,
        starts, ends);
      EXECUTE format('REVOKE ALL ON public.%I FROM otasuke_app, sec_definer', child);
      made := made + 1;
    END IF;
    child := 'alerts_inboxbatch_' || to_char(month, 'YYYYMM');
    IF to_regclass('public.' || child) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.alerts_inboxbatch FOR VALUES FROM (%L) TO (%L)',
                     child, sec.uuid7_floor(starts), sec.uuid7_floor(ends));
      EXECUTE format('REVOKE ALL ON public.%I FROM otasuke_app, sec_definer', child);
      made := made + 1;
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
  RETURN made;
END
$body$;
REVOKE ALL ON FUNCTION sec.ensure_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.ensure_partitions TO otasuke_app, otasuke_maintenance;
