-- One row per box: a box with a long queue does not hide the others. 8 is alerts.ingest.MOST_ATTEMPTS.
CREATE OR REPLACE FUNCTION sec.waiting_batches(how_many integer)
  RETURNS TABLE (tenant_id bigint, sensor_id bigint, batch_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT DISTINCT ON (b.tenant_id, b.sensor_id) b.tenant_id, b.sensor_id, b.batch_id FROM alerts_inboxbatch b
 WHERE b.processed_at IS NULL AND b.attempts < 8 AND (b.retry_at IS NULL OR b.retry_at <= now())
 ORDER BY b.tenant_id, b.sensor_id, b.epoch, b.first_seq LIMIT least(greatest(how_many, 0), 10000)
$body$;
ALTER FUNCTION sec.waiting_batches OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.waiting_batches FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.waiting_batches TO otasuke_app;
