-- Attentions that nobody has taken.
CREATE OR REPLACE FUNCTION sec.untaken_attentions()
  RETURNS TABLE (tenant_id bigint, attention_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT a.tenant_id, a.id FROM notifications_attention a WHERE a.taken_at IS NULL AND a.closed_at IS NULL
$body$;
ALTER FUNCTION sec.untaken_attentions OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.untaken_attentions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.untaken_attentions TO otasuke_app;
