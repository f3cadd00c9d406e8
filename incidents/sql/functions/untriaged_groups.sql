-- ★★★, or a virus the box could not stop (KMM 3.8 (3)): docs/grading.md, "What opens an incident".
CREATE OR REPLACE FUNCTION sec.untriaged_groups()
  RETURNS TABLE (tenant_id bigint, group_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT g.tenant_id, g.id FROM alerts_alertgroup g
 WHERE g.triaged_at IS NULL
   AND (g.notify = 'at_once' OR (g.function = 'av' AND g.direction = 'inbound' AND g.blocked_count < g.alert_count))
$body$;
ALTER FUNCTION sec.untriaged_groups OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.untriaged_groups FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.untriaged_groups TO otasuke_app;
