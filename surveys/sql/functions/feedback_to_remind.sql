-- Questions to firms without an answer, for one reminder.
CREATE OR REPLACE FUNCTION sec.feedback_to_remind(at timestamptz)
  RETURNS TABLE (tenant_id bigint, request_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT r.tenant_id, r.id FROM surveys_feedbackrequest r WHERE r.answered_at IS NULL AND r.reminded_at IS NULL
  AND r.asked_at <= at - interval '7 days' AND r.expires_at > at
$body$;
ALTER FUNCTION sec.feedback_to_remind OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.feedback_to_remind FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.feedback_to_remind TO otasuke_app;
