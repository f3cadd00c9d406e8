-- The telephones of a desk tell a call; the token is the right. Times in the order of a call, whatever the caller says.
CREATE OR REPLACE FUNCTION sec.report_call(token bytea, key text, raw text, e164 text, what text, at timestamptz)
  RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  desk bigint;
  office bigint;
  known bigint;
BEGIN
  SELECT t.organisation_id, p.office_id INTO desk, office FROM tenants_apitoken t
    JOIN tenants_organisation o ON o.id = t.organisation_id AND o.kind = 'call_centre'
    JOIN tenants_programmepartner x ON x.organisation_id = o.id
    JOIN tenants_programme p ON p.id = x.programme_id
   WHERE t.token_hash = token AND t.revoked_at IS NULL AND t.expires_at > now() AND 'write:calls' = ANY (t.scopes)
   ORDER BY p.id LIMIT 1;
  IF desk IS NULL THEN RAISE EXCEPTION 'no token of a desk' USING ERRCODE = 'insufficient_privilege'; END IF;
  SELECT k.id INTO known FROM incidents_contact k WHERE k.call_key = desk || ':' || key FOR UPDATE;
  IF known IS NULL THEN
    INSERT INTO incidents_contact (tenant_id, channel, direction, number_raw, number_e164, call_key, offered_at)
    VALUES (office, 'phone', 'in', raw, e164, desk || ':' || key, at)
    ON CONFLICT DO NOTHING RETURNING id INTO known;
    IF known IS NULL THEN
      SELECT k.id INTO known FROM incidents_contact k WHERE k.call_key = desk || ':' || key; END IF;
  END IF;
  IF what = 'answered' THEN
    UPDATE incidents_contact k SET answered_at = greatest(at, k.offered_at)
     WHERE k.id = known AND k.answered_at IS NULL AND k.ended_at IS NULL;
  ELSIF what IN ('ended', 'abandoned') THEN
    UPDATE incidents_contact k SET ended_at = greatest(at, k.offered_at, k.answered_at)
     WHERE k.id = known AND k.ended_at IS NULL;
  END IF;
  RETURN known;
END
$body$;
ALTER FUNCTION sec.report_call OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.report_call FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.report_call TO otasuke_app;
