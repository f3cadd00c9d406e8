-- The first UUIDv7 of a moment. It begins with its time in milliseconds, so uuid order is time order.
CREATE OR REPLACE FUNCTION sec.uuid7_floor(at timestamptz)
  RETURNS uuid
  LANGUAGE sql IMMUTABLE
  SET search_path = pg_catalog, pg_temp
AS $body$
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$body$;
REVOKE ALL ON FUNCTION sec.uuid7_floor FROM PUBLIC;
