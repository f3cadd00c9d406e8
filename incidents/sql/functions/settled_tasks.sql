-- Open desk tasks whose attention has settled itself.
CREATE OR REPLACE FUNCTION sec.settled_tasks()
  RETURNS TABLE (tenant_id bigint, task_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT t.tenant_id, t.id FROM incidents_desktask t
  JOIN notifications_attention a ON a.tenant_id = t.tenant_id AND a.id = t.attention_id
 WHERE t.state = 'open' AND a.closed_at IS NOT NULL
$body$;
ALTER FUNCTION sec.settled_tasks OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.settled_tasks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.settled_tasks TO otasuke_app;
