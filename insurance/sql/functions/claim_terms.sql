-- A claim begins as a draft under the policy of its day, and a year has only so many.
CREATE OR REPLACE FUNCTION sec.claim_terms()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  policy insurance_policyversion;
  worker bigint;
BEGIN
  SELECT p.* INTO policy FROM insurance_policyversion p
    JOIN tenants_enrolment e ON e.programme_id = p.programme_id AND e.tenant_id = new.tenant_id
   WHERE p.id = new.policy_id LIMIT 1;
  SELECT j.vendor_id INTO worker FROM incidents_job j
   WHERE j.id = new.job_id AND j.tenant_id = new.tenant_id AND j.incident_id = new.incident_id;
  IF policy.id IS NULL OR worker IS NULL OR new.state <> 'draft' OR new.round <> 0 THEN
    RAISE EXCEPTION 'no claim can be made of this' USING ERRCODE = 'check_violation'; END IF;
  new.insurer_id := policy.insurer_id;
  new.limit_yen := policy.limit_yen;
  new.claims_per_year := policy.claims_per_year;
  new.vendor_id := worker;
  RETURN new;
END
$body$;
ALTER FUNCTION sec.claim_terms OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_terms FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_terms TO otasuke_owner;
