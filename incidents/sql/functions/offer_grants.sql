-- Asking, and what came of it. The answer takes the job under its row lock: of two acceptances one is refused.
CREATE OR REPLACE FUNCTION sec.offer_grants()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.state = 'waiting' THEN
      INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)
      VALUES (new.vendor_id, new.tenant_id, 'job_offer', new.job_id, tstzrange(now(), new.expires_at),
        'offer of a job');
    END IF;
  ELSIF old.state <> 'waiting' THEN
    RAISE EXCEPTION 'an answered offer stays as it is' USING ERRCODE = 'check_violation';
  END IF;
  IF new.state <> 'waiting' THEN
    UPDATE tenants_accessgrant g SET valid = tstzrange(lower(g.valid), now())
     WHERE g.capability = 'job_offer' AND g.tenant_id = new.tenant_id AND g.subject_id = new.job_id
       AND g.grantee_id = new.vendor_id AND g.valid @> now();
  END IF;
  IF new.state = 'accepted' THEN
    UPDATE incidents_job j SET vendor_id = new.vendor_id, state = 'accepted', accepted_at = new.answered_at
     WHERE j.id = new.job_id AND j.tenant_id = new.tenant_id AND j.state IN ('requested', 'offered');
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the job is no longer free' USING ERRCODE = 'check_violation'; END IF;
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)
    VALUES (new.vendor_id, new.tenant_id, 'job', new.job_id, tstzrange(now(), NULL), 'job taken');
  END IF;
  RETURN new;
END
$body$;
ALTER FUNCTION sec.offer_grants OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.offer_grants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.offer_grants TO otasuke_owner;
