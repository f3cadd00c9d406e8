-- Offers to vendors whose time has run out.
CREATE OR REPLACE FUNCTION sec.ended_offers(at timestamptz)
  RETURNS TABLE (tenant_id bigint, job_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT o.tenant_id, o.job_id FROM incidents_joboffer o WHERE o.state = 'waiting' AND o.expires_at <= at ORDER BY o.id
$body$;
ALTER FUNCTION sec.ended_offers OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.ended_offers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.ended_offers TO otasuke_app;
