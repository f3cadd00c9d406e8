-- ★★★ incidents that nobody at the desk has opened yet.
CREATE OR REPLACE FUNCTION sec.unread_incidents(now timestamptz)
  RETURNS TABLE (tenant_id bigint, incident_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT i.tenant_id, i.id FROM incidents_incident i
 WHERE i.grade = 3 AND i.state = 'open' AND i.opened_at < now
   AND NOT EXISTS (SELECT 1 FROM incidents_incidentreceipt r WHERE r.tenant_id = i.tenant_id AND r.incident_id = i.id)
   AND NOT EXISTS (SELECT 1 FROM notifications_attention a WHERE a.tenant_id = i.tenant_id
                    AND a.kind = 'incident_unread' AND a.about_type = 'incident' AND a.about_id = i.id)
$body$;
ALTER FUNCTION sec.unread_incidents OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.unread_incidents FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.unread_incidents TO otasuke_app;
