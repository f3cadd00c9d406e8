"""The doors of the intake take no bound from their caller that is out of all proportion."""

from django.db import migrations

PARTITIONS = """
CREATE OR REPLACE FUNCTION sec.ensure_partitions(first_day date, last_day date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $body$
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
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.alerts_alert FOR VALUES FROM (%L) TO (%L)', child, starts, ends);
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
END $body$;
"""
PARTITIONS_BACK = """
CREATE OR REPLACE FUNCTION sec.ensure_partitions(first_day date, last_day date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
  month date := date_trunc('month', first_day);
  starts timestamptz; ends timestamptz; made integer := 0; child text;
BEGIN
  IF last_day > first_day + interval '5 years' THEN RAISE EXCEPTION 'more than five years of partitions asked for'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('sec.ensure_partitions'));
  WHILE month <= last_day LOOP
    starts := month::timestamp AT TIME ZONE 'Asia/Tokyo';
    ends := (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Tokyo';
    child := 'alerts_alert_' || to_char(month, 'YYYYMM');
    IF to_regclass('public.' || child) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.alerts_alert FOR VALUES FROM (%L) TO (%L)', child, starts, ends);
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
END $body$;
"""
WAITING = """
CREATE OR REPLACE FUNCTION sec.waiting_batches(how_many integer)
RETURNS TABLE (tenant_id bigint, sensor_id bigint, batch_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, sec, pg_temp AS $body$
SELECT DISTINCT ON (b.tenant_id, b.sensor_id) b.tenant_id, b.sensor_id, b.batch_id FROM alerts_inboxbatch b
 WHERE b.processed_at IS NULL AND b.attempts < 8 AND (b.retry_at IS NULL OR b.retry_at <= now())
 ORDER BY b.tenant_id, b.sensor_id, b.epoch, b.first_seq LIMIT least(greatest(how_many, 0), 10000)
$body$;
"""
WAITING_BACK = """
CREATE OR REPLACE FUNCTION sec.waiting_batches(how_many integer)
RETURNS TABLE (tenant_id bigint, sensor_id bigint, batch_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, sec, pg_temp AS $body$
SELECT DISTINCT ON (b.tenant_id, b.sensor_id) b.tenant_id, b.sensor_id, b.batch_id FROM alerts_inboxbatch b
 WHERE b.processed_at IS NULL AND b.attempts < 8 AND (b.retry_at IS NULL OR b.retry_at <= now())
 ORDER BY b.tenant_id, b.sensor_id, b.epoch, b.first_seq LIMIT how_many
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0010_unexamined_files")]

    operations = [
        migrations.RunSQL(PARTITIONS, PARTITIONS_BACK),
        migrations.RunSQL(WAITING, WAITING_BACK),
    ]
