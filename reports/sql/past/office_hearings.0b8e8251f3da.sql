-- What vendors told after their jobs, for the programme's office: counts, from five jobs on.
CREATE OR REPLACE FUNCTION sec.office_hearings(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (question text, answer text, count integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH given AS (
  SELECT h.answers FROM surveys_jobhearing h
   WHERE programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
     AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
     AND h.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme)
     AND h.given_at >= since AND h.given_at < until
)
SELECT q.question, g.answers ->> q.question, count(*)::integer
  FROM given g CROSS JOIN (VALUES ('solved'), ('time_saved'), ('grasped'), ('again')) AS q(question)
 WHERE (SELECT count(*) FROM given) >= 5 AND g.answers ->> q.question IS NOT NULL
 GROUP BY 1, 2
$body$;
ALTER FUNCTION sec.office_hearings OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_hearings FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_hearings TO otasuke_app;
