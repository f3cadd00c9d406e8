-- Rows without a link. One before the chain's end was put in afterwards.
CREATE OR REPLACE FUNCTION sec.audit_unsealed()
  RETURNS TABLE (event_id bigint, at timestamptz, late boolean)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT a.id, a.at, coalesce((a.xid, a.id) < (last.event_xid, last.event_id), false)
  FROM tenants_auditevent a
  LEFT JOIN (SELECT s.event_xid, s.event_id FROM tenants_auditseal s ORDER BY s.position DESC LIMIT 1) last ON true
 WHERE NOT EXISTS (SELECT 1 FROM tenants_auditseal s WHERE s.event_id = a.id) ORDER BY a.xid, a.id
$body$;
ALTER FUNCTION sec.audit_unsealed OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.audit_unsealed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.audit_unsealed TO otasuke_owner;
