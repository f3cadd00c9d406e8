-- What a vendor that took the job needs to say what the cover pays: no names, no amounts of others.
CREATE OR REPLACE FUNCTION sec.job_cover(job bigint)
  RETURNS TABLE (
    programme_id bigint, contract_start date, contract_end date, kind text, opened_by text, grade smallint,
    opened_at timestamptz, used date[], claim_state text, insurer_yen integer
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT e.programme_id, e.contract_start, e.contract_end, i.kind::text, i.opened_by::text, i.grade, i.opened_at,
       ARRAY(SELECT c.year_first FROM insurance_claim c WHERE c.tenant_id = j.tenant_id AND c.slot IS NOT NULL
         AND c.job_id <> j.id ORDER BY c.year_first),
       (SELECT c.state::text FROM insurance_claim c WHERE c.tenant_id = j.tenant_id AND c.job_id = j.id
         AND c.state <> 'draft' ORDER BY c.id DESC LIMIT 1),
       (SELECT coalesce(c.approved_yen, c.asked_yen)::integer FROM insurance_claim c WHERE c.tenant_id = j.tenant_id
         AND c.job_id = j.id AND c.state <> 'draft' ORDER BY c.id DESC LIMIT 1)
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
  JOIN incidents_incident i ON i.id = j.incident_id AND i.tenant_id = j.tenant_id
  JOIN LATERAL (SELECT t.programme_id, t.contract_start, t.contract_end FROM tenants_enrolment t
     WHERE t.tenant_id = j.tenant_id
     ORDER BY (t.contract_start <= (i.opened_at AT TIME ZONE 'Asia/Tokyo')::date) DESC, t.contract_start DESC
     LIMIT 1) e ON true
 WHERE j.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
$body$;
ALTER FUNCTION sec.job_cover OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.job_cover FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.job_cover TO otasuke_app;
