-- OSK 表5-24 of a programme's months, for its office: firms by what they answered to notices, and each firm once by the most
-- it did (standings). Nothing from a programme of fewer than five firms, nor before five have answered. `acts`: the answers
-- that count as done (incidents.states.answer).
CREATE OR REPLACE FUNCTION sec.office_answers(programme bigint, since timestamptz, until timestamptz, acts text[])
  RETURNS TABLE (code text, firms bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH firms AS MATERIALIZED (
  SELECT DISTINCT e.tenant_id FROM tenants_enrolment e
   WHERE e.programme_id = programme AND programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
     AND e.contract_start < (until AT TIME ZONE 'Asia/Tokyo')::date
     AND (e.contract_end IS NULL OR e.contract_end >= (since AT TIME ZONE 'Asia/Tokyo')::date)
), newest AS MATERIALIZED (
  SELECT DISTINCT ON (a.tenant_id, a.group_id) a.tenant_id, a.answer FROM incidents_alertanswer a
   WHERE a.tenant_id IN (SELECT f.tenant_id FROM firms f) AND a.answered_at >= since AND a.answered_at < until
   ORDER BY a.tenant_id, a.group_id, a.answered_at DESC, a.id DESC
), mailed AS (
  SELECT DISTINCT m.tenant_id FROM notifications_outboxmessage m
   WHERE m.tenant_id IN (SELECT f.tenant_id FROM firms f) AND m.kind IN ('digest', 'incident') AND m.state = 'sent'
     AND m.returned_at IS NULL AND m.sent_at >= since AND m.sent_at < until
), standing AS (
  SELECT f.tenant_id,
         CASE WHEN bool_or(n.answer = ANY (acts)) THEN 'acted'
              WHEN bool_or(n.answer = 'not_done') THEN 'not_done_only'
              WHEN bool_or(n.answer IS NOT NULL) THEN 'call_only'
              WHEN EXISTS (SELECT FROM mailed m WHERE m.tenant_id = f.tenant_id) THEN 'unanswered'
              ELSE 'no_mail' END AS code
    FROM firms f LEFT JOIN newest n ON n.tenant_id = f.tenant_id GROUP BY f.tenant_id
)
SELECT x.code, x.firms
  FROM (SELECT n.answer::text AS code, count(DISTINCT n.tenant_id) AS firms FROM newest n GROUP BY n.answer
        UNION ALL
        SELECT s.code, count(*) FROM standing s GROUP BY s.code) x
 WHERE (SELECT count(*) FROM firms) >= 5 AND (SELECT count(DISTINCT n.tenant_id) FROM newest n) >= 5
$body$;
ALTER FUNCTION sec.office_answers OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_answers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_answers TO otasuke_app;
