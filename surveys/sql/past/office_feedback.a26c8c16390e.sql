-- What firms answered, in numbers, for the programme's office.
CREATE OR REPLACE FUNCTION sec.office_feedback(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (kind text, verdict text, reason text, count integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH given AS (
  SELECT r.kind, r.tenant_id, a.verdict, a.reason FROM surveys_feedbackrequest r
    JOIN surveys_feedbackanswer a ON a.tenant_id = r.tenant_id AND a.request_id = r.id
   WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND r.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND r.asked_at >= since
     AND r.asked_at < until
), told AS (SELECT g.kind FROM given g GROUP BY g.kind HAVING count(DISTINCT g.tenant_id) >= 5)
SELECT g.kind::text, g.verdict::text, g.reason::text, count(*)::integer FROM given g JOIN told t ON t.kind = g.kind
 GROUP BY 1, 2, 3
UNION ALL
SELECT r.kind::text, '', '', count(*)::integer FROM surveys_feedbackrequest r JOIN told t ON t.kind = r.kind
 WHERE r.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND r.asked_at >= since
     AND r.asked_at < until GROUP BY 1
$body$;
ALTER FUNCTION sec.office_feedback OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_feedback FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_feedback TO otasuke_app;
