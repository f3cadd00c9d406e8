-- What firms said after help, for the programme's office: counts, from five firms on.
CREATE OR REPLACE FUNCTION sec.office_firms_heard(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (question text, answer text, count integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH given AS (
  SELECT a.tenant_id, a.more FROM surveys_feedbackanswer a
   WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
     AND a.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme)
     AND a.given_at >= since AND a.given_at < until AND a.more <> '{}'
), said AS MATERIALIZED (
  SELECT g.tenant_id, q.question, answer #>> '{}' AS answer
    FROM given g
   CROSS JOIN (VALUES ('remote'), ('visit'), ('speed'), ('aware'), ('least'), ('afford'), ('insurance')) AS q(question)
   CROSS JOIN LATERAL jsonb_path_query(g.more -> q.question, '$[*]') AS answer
), told AS (SELECT s.question FROM said s GROUP BY s.question HAVING count(DISTINCT s.tenant_id) >= 5)
SELECT s.question, s.answer, count(*)::integer FROM said s JOIN told t ON t.question = s.question
 GROUP BY 1, 2
$body$;
ALTER FUNCTION sec.office_firms_heard OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_firms_heard FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_firms_heard TO otasuke_app;
