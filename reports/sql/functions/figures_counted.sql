-- Everything a programme's figures count in a time, by measure: labels and up to three numbers each. `ids` let figures of
-- several months be put together: of minutes every job, of answers at most five of the firms that gave them, so that it
-- stays known whether five stand behind a figure; 'answers' are by code and the month in which the firms counted before.
-- Not for the application: sec.office_figures keeps small numbers back.
CREATE OR REPLACE FUNCTION sec.figures_counted(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (measure text, labels text[], amounts bigint[], ids bigint[])
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 100
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH firm AS MATERIALIZED (
  SELECT DISTINCT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
), member AS MATERIALIZED (
  SELECT f.tenant_id FROM firm f UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme
), answer AS (
  SELECT r.kind, a.verdict, a.reason, r.tenant_id FROM surveys_feedbackrequest r
    JOIN surveys_feedbackanswer a ON a.tenant_id = r.tenant_id AND a.request_id = r.id
   WHERE r.tenant_id IN (SELECT m.tenant_id FROM member m) AND r.asked_at >= since AND r.asked_at < until
), firm_hearing AS MATERIALIZED (
  SELECT a.tenant_id, q.question, answer #>> '{}' AS answer
    FROM surveys_feedbackanswer a
   CROSS JOIN (VALUES ('remote'), ('visit'), ('speed'), ('aware'), ('least'), ('afford'), ('insurance')) AS q(question)
   CROSS JOIN LATERAL jsonb_path_query(a.more -> q.question, '$[*]') AS answer
   WHERE a.tenant_id IN (SELECT f.tenant_id FROM firm f) AND a.given_at >= since AND a.given_at < until
), hearing AS MATERIALIZED (
  SELECT h.answers FROM surveys_jobhearing h
   WHERE h.tenant_id IN (SELECT f.tenant_id FROM firm f) AND h.given_at >= since AND h.given_at < until
), opinion AS (
  SELECT DISTINCT ON (o.tenant_id, o.report_id) o.tenant_id, o.opinion
    FROM reports_reportopinion o JOIN reports_monthlyreport r ON r.tenant_id = o.tenant_id AND r.id = o.report_id
   WHERE o.tenant_id IN (SELECT f.tenant_id FROM firm f) AND r.provisional_until IS NULL
     AND r.month >= (since AT TIME ZONE 'Asia/Tokyo')::date AND r.month < (until AT TIME ZONE 'Asia/Tokyo')::date
   ORDER BY o.tenant_id, o.report_id, o.given_at DESC, o.id DESC
)
SELECT 'firms', '{}'::text[], ARRAY[(SELECT count(*) FROM firm)], NULL::bigint[]
UNION ALL
SELECT 'answers', ARRAY[a.code, coalesce(a.earlier::text, '')], ARRAY[a.firms], NULL
  FROM sec.answers_counted(programme, since, until) a
UNION ALL
SELECT 'contacts', ARRAY[date_trunc('month', k.offered_at AT TIME ZONE 'Asia/Tokyo')::date::text, k.channel::text],
       ARRAY[count(*), count(k.answered_at)], NULL
  FROM incidents_contact k
 WHERE k.tenant_id IN (SELECT m.tenant_id FROM member m) AND k.direction = 'in'
   AND k.offered_at >= since AND k.offered_at < until
 GROUP BY 2
UNION ALL
SELECT 'cases', ARRAY[c.category::text, c.topic::text, c.solved_by::text, (c.incident_id IS NOT NULL)::text],
       ARRAY[count(*)], NULL
  FROM incidents_case c
 WHERE c.tenant_id IN (SELECT m.tenant_id FROM member m) AND c.state = 'solved'
   AND c.closed_at >= since AND c.closed_at < until
 GROUP BY 2
UNION ALL
SELECT 'inquiries', ARRAY[c.category::text, c.topic::text, (c.incident_id IS NOT NULL)::text], ARRAY[count(*)], NULL
  FROM incidents_case c
 WHERE c.tenant_id IN (SELECT m.tenant_id FROM member m) AND c.state NOT IN ('new', 'merged')
   AND c.opened_at >= since AND c.opened_at < until
 GROUP BY 2
UNION ALL
SELECT 'inquiries', ARRAY['call', '', 'false'], ARRAY[count(*)], NULL
  FROM incidents_contact k
 WHERE k.tenant_id IN (SELECT m.tenant_id FROM member m) AND k.channel = 'phone' AND k.direction = 'in'
   AND k.case_id IS NULL AND k.answered_at IS NOT NULL AND k.offered_at >= since AND k.offered_at < until
HAVING count(*) > 0
UNION ALL
SELECT 'incidents', ARRAY[(EXISTS (SELECT 1 FROM incidents_job j WHERE j.tenant_id = i.tenant_id AND j.incident_id = i.id
         AND j.way = 'on_site' AND j.started_at IS NOT NULL))::text], ARRAY[count(*)], NULL
  FROM incidents_incident i
 WHERE i.tenant_id IN (SELECT m.tenant_id FROM member m) AND i.merged_into_id IS NULL
   AND i.opened_at >= since AND i.opened_at < until
   AND (i.state <> 'open'
     OR EXISTS (SELECT 1 FROM incidents_desktask t WHERE t.tenant_id = i.tenant_id AND t.incident_id = i.id
         AND t.done_at IS NOT NULL AND t.taken_by_id IS NOT NULL)
     OR EXISTS (SELECT 1 FROM incidents_job s WHERE s.tenant_id = i.tenant_id AND s.incident_id = i.id
         AND s.started_at IS NOT NULL))
 GROUP BY 2
UNION ALL
SELECT 'visits', ARRAY[j.kind::text], ARRAY[count(*)], NULL
  FROM incidents_job j
 WHERE j.tenant_id IN (SELECT m.tenant_id FROM member m) AND j.incident_id IS NULL AND j.way = 'on_site'
   AND j.started_at >= since AND j.started_at < until
 GROUP BY 2
UNION ALL
SELECT 'lead_times', ARRAY[x.days::text], ARRAY[count(*)], NULL
  FROM (SELECT (min(j.started_at) AT TIME ZONE 'Asia/Tokyo')::date
               - (min(i.opened_at) AT TIME ZONE 'Asia/Tokyo')::date AS days
          FROM incidents_incident i JOIN incidents_job j ON j.tenant_id = i.tenant_id AND j.incident_id = i.id
         WHERE i.tenant_id IN (SELECT m.tenant_id FROM member m) AND i.opened_at >= since AND i.opened_at < until
           AND j.started_at IS NOT NULL
         GROUP BY i.id) x
 GROUP BY 2
UNION ALL
SELECT 'minutes', ARRAY[w.kind::text], ARRAY[sum(w.minutes)], array_agg(DISTINCT w.job_id)
  FROM incidents_workentry w
 WHERE w.tenant_id IN (SELECT m.tenant_id FROM member m) AND w.started_at >= since AND w.started_at < until
   AND w.minutes IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM incidents_workentry n WHERE n.tenant_id = w.tenant_id AND n.corrects_id = w.id)
 GROUP BY 2
UNION ALL
SELECT 'feedback', ARRAY[a.kind::text, a.verdict::text, a.reason::text], ARRAY[count(*)],
       (array_agg(DISTINCT a.tenant_id))[1:5]
  FROM answer a GROUP BY 2
UNION ALL
SELECT 'feedback', ARRAY[r.kind::text, '', ''], ARRAY[count(*)], NULL
  FROM surveys_feedbackrequest r
 WHERE r.tenant_id IN (SELECT m.tenant_id FROM member m) AND r.asked_at >= since AND r.asked_at < until
 GROUP BY 2
UNION ALL
SELECT 'firm_hearings', ARRAY[h.question, h.answer], ARRAY[count(*)], (array_agg(DISTINCT h.tenant_id))[1:5]
  FROM firm_hearing h GROUP BY 2
UNION ALL
SELECT 'hearings', ARRAY[q.question, h.answers ->> q.question], ARRAY[count(*)], NULL
  FROM hearing h CROSS JOIN (VALUES ('solved'), ('time_saved'), ('grasped'), ('again')) AS q(question)
 WHERE h.answers ->> q.question IS NOT NULL
 GROUP BY 2
UNION ALL
SELECT 'hearings_given', '{}', ARRAY[(SELECT count(*) FROM hearing)], NULL
UNION ALL
SELECT 'opinions', ARRAY['report', o.opinion::text], ARRAY[count(*)], (array_agg(DISTINCT o.tenant_id))[1:5]
  FROM opinion o GROUP BY 2
UNION ALL
SELECT 'opinions', ARRAY['report', ''], ARRAY[count(*)], NULL
  FROM reports_monthlyreport r
 WHERE r.tenant_id IN (SELECT f.tenant_id FROM firm f) AND r.provisional_until IS NULL AND r.made_at IS NOT NULL
   AND r.month >= (since AT TIME ZONE 'Asia/Tokyo')::date AND r.month < (until AT TIME ZONE 'Asia/Tokyo')::date
UNION ALL
SELECT 'pay', ARRAY[v.vendor_id::text], ARRAY[count(*), sum(v.minutes), sum(v.total_yen)], NULL
  FROM incidents_invoice v
 WHERE v.tenant_id IN (SELECT m.tenant_id FROM member m) AND v.state <> 'void'
   AND v.issued_at >= since AND v.issued_at < until
 GROUP BY 2
$body$;
ALTER FUNCTION sec.figures_counted OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.figures_counted FROM PUBLIC;
