-- The only way to a firm for an operator of the platform. The notice is a row of the firm's outbox before anything
-- shows.
CREATE OR REPLACE FUNCTION sec.break_glass(firm bigint, why text, minutes integer, subject text, plain text, html text)
  RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  made bigint;
  address text;
  lasting constant interval := make_interval(mins => minutes);
BEGIN
  PERFORM 1 FROM tenants_membership m JOIN tenants_organisation o ON o.id = m.organisation_id
    WHERE m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
      AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint AND o.kind = 'platform'
      AND m.role IN ('owner', 'member') AND m.valid @> now();
  IF NOT FOUND THEN RAISE EXCEPTION 'not an operator of the platform' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF NOT sec.says_something(why, 10, 6) THEN
    RAISE EXCEPTION 'the reason must be told' USING ERRCODE = 'check_violation'; END IF;
  IF minutes IS NULL OR minutes < 1 OR minutes > 240 THEN
    RAISE EXCEPTION 'one minute to four hours' USING ERRCODE = 'check_violation'; END IF;
  IF position(btrim(why) IN plain) = 0 OR subject = '' OR html = '' THEN
    RAISE EXCEPTION 'the notice must carry the reason' USING ERRCODE = 'check_violation'; END IF;
  SELECT coalesce(nullif(o.email, ''), (
      SELECT u.email FROM tenants_membership m JOIN tenants_user u ON u.id = m.user_id AND u.is_active
       WHERE m.organisation_id = o.id AND m.role = 'owner' AND m.valid @> now() ORDER BY m.id LIMIT 1))
    INTO address FROM tenants_organisation o WHERE o.id = firm AND o.kind = 'sme';
  IF address IS NULL THEN
    RAISE EXCEPTION 'nobody of the firm could be told' USING ERRCODE = 'no_data_found'; END IF;
  INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
  VALUES (nullif(current_setting('otasuke.organisation', true), '')::bigint, firm, 'breakglass',
    tstzrange(now(), now() + lasting), left(btrim(why), 200))
  RETURNING id INTO made;

  INSERT INTO notifications_outboxmessage (tenant_id, key, kind, about_type, about_id, "to", subject, text, html, state,
    created_at, due_at, attempts, error)
  VALUES (firm, 'break_glass:' || made, 'break_glass', 'accessgrant', made, address, subject, plain, html, 'waiting', now(),
    now(), 0, '');
  INSERT INTO tenants_auditevent (tenant_id, at, actor_id, organisation_id, code, subject, data, agent, xid)
  VALUES (firm, now(), nullif(current_setting('otasuke.user', true), '')::bigint,
    nullif(current_setting('otasuke.organisation', true), '')::bigint, 'glass.broken', 'grant:' || made,
    jsonb_build_object('reason', btrim(why), 'minutes', minutes), '', 0);
  RETURN made;
END
$body$;
ALTER FUNCTION sec.break_glass OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.break_glass FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.break_glass TO otasuke_app;
