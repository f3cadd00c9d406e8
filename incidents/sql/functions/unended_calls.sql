-- Calls of the desk that nobody has ended.
CREATE OR REPLACE FUNCTION sec.unended_calls(before timestamptz)
  RETURNS TABLE (tenant_id bigint, contact_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT k.tenant_id, k.id FROM incidents_contact k
 WHERE k.channel = 'phone' AND k.answered_at IS NULL AND k.ended_at IS NULL AND k.offered_at < before
$body$;
ALTER FUNCTION sec.unended_calls OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.unended_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.unended_calls TO otasuke_app;
