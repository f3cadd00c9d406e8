-- Firms of a programme by what they answered to notices in a time, a month or a part of it (OSK 表5-24). `code`: an answer
-- (incidents.states.answer), or how far a firm came: firms, of them reached by a mail, answered, decided what to do, acted;
-- each holds those behind it. A notice counts by its last answer in the month. `earlier`: the last of the 23 months before
-- this one in which the same firms counted under the same code, null: none. So each firm is counted once in any months from
-- A on by adding up what has no `earlier` month since A. Not for the application: sec.office_figures keeps small numbers back.
CREATE OR REPLACE FUNCTION sec.answers_counted(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (code text, earlier date, firms bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH contract AS (
  SELECT e.tenant_id, e.contract_start AS first, coalesce(e.contract_end, 'infinity') AS last,
         date_trunc('month', since AT TIME ZONE 'Asia/Tokyo') AS month
    FROM tenants_enrolment e WHERE e.programme_id = programme
), part AS MATERIALIZED (
  SELECT c.tenant_id, since AS begins, until AS ends FROM contract c
   WHERE c.first < (until AT TIME ZONE 'Asia/Tokyo')::date AND c.last >= (since AT TIME ZONE 'Asia/Tokyo')::date
  UNION
  SELECT c.tenant_id, greatest(date_trunc('month', c.first::timestamp), c.month - interval '23 months') AT TIME ZONE 'Asia/Tokyo',
         least(date_trunc('month', c.last::timestamp) + interval '1 month', c.month) AT TIME ZONE 'Asia/Tokyo'
    FROM contract c
), newest AS (
  SELECT DISTINCT ON (a.tenant_id, a.group_id, x.month) a.tenant_id, a.answer::text, x.month
    FROM part p JOIN incidents_alertanswer a
      ON a.tenant_id = p.tenant_id AND a.answered_at >= p.begins AND a.answered_at < p.ends
   CROSS JOIN LATERAL (SELECT CASE WHEN p.begins < since
                                   THEN date_trunc('month', a.answered_at AT TIME ZONE 'Asia/Tokyo')::date END AS month) x
   ORDER BY a.tenant_id, a.group_id, x.month, a.answered_at DESC, a.id DESC
), mark AS (
  SELECT p.tenant_id, 'firms' AS code,
         CASE WHEN p.begins < since THEN (p.ends AT TIME ZONE 'Asia/Tokyo' - interval '1 month')::date END AS month
    FROM part p WHERE p.begins < p.ends
  UNION ALL
  SELECT p.tenant_id, 'reached',
         CASE WHEN p.begins < since THEN date_trunc('month', max(m.sent_at) AT TIME ZONE 'Asia/Tokyo')::date END
    FROM part p JOIN notifications_outboxmessage m
      ON m.tenant_id = p.tenant_id AND m.sent_at >= p.begins AND m.sent_at < p.ends
   WHERE m.kind IN ('digest', 'incident') AND m.state = 'sent' AND m.returned_at IS NULL
   GROUP BY p.tenant_id, p.begins
  UNION ALL
  SELECT n.tenant_id, step.code, n.month
    FROM newest n
   CROSS JOIN LATERAL unnest(n.answer || CASE n.answer WHEN 'call_me' THEN ARRAY['reached', 'answered']
                                                       WHEN 'not_done' THEN ARRAY['reached', 'answered', 'decided']
                                                       ELSE ARRAY['reached', 'answered', 'decided', 'acted'] END) AS step(code)
)
SELECT f.code, f.earlier, count(*)
  FROM (SELECT m.code, max(m.month) AS earlier FROM mark m GROUP BY m.tenant_id, m.code HAVING bool_or(m.month IS NULL)) f
 GROUP BY f.code, f.earlier
$body$;
ALTER FUNCTION sec.answers_counted OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.answers_counted FROM PUBLIC;
