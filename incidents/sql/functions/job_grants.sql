-- A vendor's sight of the firm ends with the job: at once when it is given back or cancelled, two weeks after it is
-- closed.
CREATE OR REPLACE FUNCTION sec.job_grants()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  IF new.state IN ('requested', 'closed', 'cancelled') THEN
    UPDATE tenants_accessgrant g
       SET valid = tstzrange(lower(g.valid), now() + CASE WHEN new.state = 'closed' THEN interval '14 days'
                                                          ELSE interval '0' END)
     WHERE g.capability IN ('job', 'job_offer') AND g.tenant_id = new.tenant_id AND g.subject_id = new.id
       AND (upper_inf(g.valid) OR g.capability = 'job_offer' AND g.valid @> now());
  END IF;
  IF new.state = 'requested' THEN new.vendor_id := NULL; END IF;
  RETURN new;
END
$body$;
ALTER FUNCTION sec.job_grants OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.job_grants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.job_grants TO otasuke_owner;
