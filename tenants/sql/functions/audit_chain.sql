-- Links of the chain with the rows they seal, to be verified.
CREATE OR REPLACE FUNCTION sec.audit_chain(after bigint, how_many integer)
  RETURNS TABLE ("position" bigint, event_id bigint, event_xid bigint, hash bytea, fields text[])
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT s.position, s.event_id, s.event_xid, s.hash,
       CASE WHEN a.id IS NULL THEN NULL ELSE sec.audit_fields(a) END
  FROM tenants_auditseal s LEFT JOIN tenants_auditevent a ON a.id = s.event_id
 WHERE s.position > after ORDER BY s.position LIMIT how_many
$body$;
ALTER FUNCTION sec.audit_chain OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.audit_chain FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.audit_chain TO otasuke_owner;
