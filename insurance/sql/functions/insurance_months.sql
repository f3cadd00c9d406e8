-- Numbers only, for the insurer of a policy (months in which it was the insurer) and the office of the programme.
CREATE OR REPLACE FUNCTION sec.insurance_months()
  RETURNS TABLE (
    programme_id bigint, month date, firms bigint, premium_yen bigint, made bigint, asked_yen bigint, rejected bigint,
    paid bigint, paid_yen bigint
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH me AS (
  SELECT m.organisation_id AS id FROM tenants_membership m
   WHERE m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
     AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
     AND m.valid @> statement_timestamp()
), months AS (
  SELECT p.id AS programme_id, first::date AS first, (first + interval '1 month')::date AS next, v.insurer_id,
         v.premium_yen
    FROM tenants_programme p
    JOIN LATERAL (SELECT date_trunc('month', min(x.valid_from)) AS since FROM insurance_policyversion x
                   WHERE x.programme_id = p.id) s ON s.since IS NOT NULL
    CROSS JOIN LATERAL generate_series(s.since, date_trunc('month', statement_timestamp() AT TIME ZONE 'Asia/Tokyo'),
                                       interval '1 month') first
    JOIN LATERAL (SELECT x.insurer_id, x.premium_yen FROM insurance_policyversion x
                   WHERE x.programme_id = p.id AND x.valid_from < (first + interval '1 month')::date
                   ORDER BY x.valid_from DESC LIMIT 1) v ON true
   WHERE p.office_id IN (SELECT id FROM me) OR v.insurer_id IN (SELECT id FROM me)
)
SELECT t.programme_id, t.first,
       (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = t.programme_id
          AND e.contract_start < t.next AND (e.contract_end IS NULL OR e.contract_end >= t.first)) AS firms,
       t.premium_yen::bigint,
       count(c.id) FILTER (WHERE c.submitted >= t.first AND c.submitted < t.next),
       coalesce(sum(c.asked_yen) FILTER (WHERE c.submitted >= t.first AND c.submitted < t.next), 0)::bigint,
       count(c.id) FILTER (WHERE c.submitted >= t.first AND c.submitted < t.next AND c.state = 'rejected'),
       count(c.id) FILTER (WHERE c.paid_on >= t.first AND c.paid_on < t.next),
       coalesce(sum(c.approved_yen) FILTER (WHERE c.paid_on >= t.first AND c.paid_on < t.next), 0)::bigint
  FROM months t
  LEFT JOIN LATERAL (SELECT x.id, x.asked_yen, x.approved_yen, x.state, x.paid_on,
                            (x.submitted_at AT TIME ZONE 'Asia/Tokyo')::date AS submitted
                       FROM insurance_claim x JOIN insurance_policyversion v ON v.id = x.policy_id
                      WHERE v.programme_id = t.programme_id AND x.insurer_id = t.insurer_id
                        AND x.submitted_at IS NOT NULL) c ON true
 GROUP BY t.programme_id, t.first, t.next, t.premium_yen
 ORDER BY t.programme_id, t.first
$body$;
ALTER FUNCTION sec.insurance_months OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.insurance_months FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.insurance_months TO otasuke_app;
