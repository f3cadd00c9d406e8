-- Groups of detections that a programme's own settings make incidents of.
CREATE OR REPLACE FUNCTION sec.policy_groups(at timestamptz)
  RETURNS TABLE (tenant_id bigint, group_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT DISTINCT g.tenant_id, g.id
  FROM
  (SELECT DISTINCT ON (v.programme_id) v.programme_id, v.values, v.effective_from FROM tenants_programmesettings v
    WHERE v.effective_from <= at AND v.withdrawn_at IS NULL ORDER BY v.programme_id, v.effective_from DESC, v.version DESC) s
  JOIN tenants_enrolment e ON e.programme_id = s.programme_id
  JOIN alerts_alertgroup g ON g.tenant_id = e.tenant_id AND g.grade = 2 AND g.notify = 'digest'
   AND g.triaged_at IS NULL AND g.last_at >= s.effective_from
 WHERE s.values -> 'medium_opens_incident' = 'true'
$body$;
ALTER FUNCTION sec.policy_groups OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.policy_groups FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.policy_groups TO otasuke_app;
