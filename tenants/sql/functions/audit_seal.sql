-- Adds links for rows in the order (xid, id), only below the oldest running transaction: nothing can still appear in
-- front of a sealed row.
CREATE OR REPLACE FUNCTION sec.audit_seal(how_many integer)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  last record;
  horizon bigint;
  link bytea;
  place bigint;
  made integer := 0;
  e record;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('sec.audit_seal')) THEN RETURN 0; END IF;
  SELECT s.position, s.event_id, s.event_xid, s.hash INTO last FROM tenants_auditseal s ORDER BY s.position DESC
    LIMIT 1;
  link := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
  place := coalesce(last.position, 0);
  horizon := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  FOR e IN
    SELECT a.id, a.xid, sec.audit_fields(a) AS fields FROM tenants_auditevent a
     WHERE (a.xid, a.id) > (coalesce(last.event_xid, -1), coalesce(last.event_id, 0)) AND a.xid < horizon
     ORDER BY a.xid, a.id LIMIT least(how_many, 50000)
  LOOP
    link := sha256(link || convert_to((
      SELECT string_agg(coalesce(octet_length(convert_to(f, 'UTF8')) || ':' || f, '-'), ',' ORDER BY n)
        FROM unnest(e.fields) WITH ORDINALITY x(f, n)), 'UTF8'));
    place := place + 1;
    made := made + 1;
    INSERT INTO tenants_auditseal (position, event_id, event_xid, hash, sealed_at)
    VALUES (place, e.id, e.xid, link, clock_timestamp());
  END LOOP;
  RETURN made;
END
$body$;
ALTER FUNCTION sec.audit_seal OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.audit_seal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.audit_seal TO otasuke_app;
