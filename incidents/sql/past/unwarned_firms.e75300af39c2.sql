-- Firms whose mail about a warning of the last three days is not in the outbox yet.
CREATE OR REPLACE FUNCTION sec.unwarned_firms(at timestamptz)
  RETURNS TABLE (tenant_id bigint, warning_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT DISTINCT e.tenant_id, w.id FROM incidents_earlywarning w
  JOIN tenants_enrolment e ON e.programme_id = w.programme_id
 WHERE w.raised_at > at - interval '3 days' AND e.contract_start <= (at AT TIME ZONE 'Asia/Tokyo')::date
   AND (e.contract_end IS NULL OR e.contract_end >= (at AT TIME ZONE 'Asia/Tokyo')::date)
   AND NOT EXISTS (SELECT 1 FROM notifications_outboxmessage m
                    WHERE m.tenant_id = e.tenant_id AND m.key = 'warning:' || w.id)
$body$;
ALTER FUNCTION sec.unwarned_firms OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.unwarned_firms FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.unwarned_firms TO otasuke_app;
