-- Watches after a firm's own scan that still run.
CREATE OR REPLACE FUNCTION sec.running_answer_watches()
  RETURNS TABLE (tenant_id bigint, watch_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT w.tenant_id, w.id FROM incidents_answerwatch w WHERE w.state = 'running' ORDER BY w.id
$body$;
ALTER FUNCTION sec.running_answer_watches OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.running_answer_watches FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.running_answer_watches TO otasuke_app;
