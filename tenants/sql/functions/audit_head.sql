-- The chain's last link.
CREATE OR REPLACE FUNCTION sec.audit_head()
  RETURNS TABLE ("position" bigint, hash bytea)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT s.position, s.hash FROM tenants_auditseal s ORDER BY s.position DESC LIMIT 1
$body$;
ALTER FUNCTION sec.audit_head OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.audit_head FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.audit_head TO otasuke_app;
