-- Failed log-ins of an organisation's members, in numbers, for its owners.
CREATE OR REPLACE FUNCTION sec.member_log_in_failures(since interval)
  RETURNS TABLE (user_id bigint, failures bigint, last_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT m.user_id, count(*), max(a.at)
  FROM tenants_membership m
  JOIN tenants_auditevent a ON a.code = 'person.log_in_failed' AND a.subject = 'user:' || m.user_id
 WHERE m.organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]) AND m.valid @> now()
   AND a.at > now() - least(since, interval '31 days')
 GROUP BY m.user_id
$body$;
ALTER FUNCTION sec.member_log_in_failures OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.member_log_in_failures FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.member_log_in_failures TO otasuke_app;
