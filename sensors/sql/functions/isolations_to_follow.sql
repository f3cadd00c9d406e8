-- Isolations with a step that their incident's timeline does not hold yet, and those whose time is over.
CREATE OR REPLACE FUNCTION sec.isolations_to_follow(at timestamptz)
  RETURNS TABLE (tenant_id bigint, isolation_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT i.tenant_id, i.id FROM sensors_isolation i WHERE NOT i.followed
 UNION
SELECT i.tenant_id, i.id FROM sensors_isolation i
 WHERE i.state IN ('wished', 'consented', 'ordered', 'applied', 'releasing') AND i.until < at
$body$;
ALTER FUNCTION sec.isolations_to_follow OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.isolations_to_follow FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.isolations_to_follow TO otasuke_app;
