-- Incidents whose time of being watched is over.
CREATE OR REPLACE FUNCTION sec.ended_watches(at timestamptz)
  RETURNS TABLE (tenant_id bigint, incident_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT i.tenant_id, i.id FROM incidents_incident i WHERE i.state = 'watching' AND i.watch_until <= at
$body$;
ALTER FUNCTION sec.ended_watches OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.ended_watches FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.ended_watches TO otasuke_app;
