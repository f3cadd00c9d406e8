-- The questions behind a link, by the hash of its secret.
CREATE OR REPLACE FUNCTION sec.feedback_asked(hash bytea)
  RETURNS TABLE (tenant_id bigint, request_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT r.tenant_id, r.id FROM surveys_feedbackrequest r WHERE r.token_hash = hash
$body$;
ALTER FUNCTION sec.feedback_asked OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.feedback_asked FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.feedback_asked TO otasuke_app;
