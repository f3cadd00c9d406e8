-- Attentions that are open, for the sweeps that close what has settled itself.
CREATE OR REPLACE FUNCTION sec.open_attentions(wanted text)
  RETURNS TABLE (tenant_id bigint, subject_key varchar)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT a.tenant_id, a.subject_key FROM notifications_attention a WHERE a.kind = wanted AND a.closed_at IS NULL
$body$;
ALTER FUNCTION sec.open_attentions OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.open_attentions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.open_attentions TO otasuke_app;
