-- Through the application a second factor comes and goes only while its person acts, and what it is made of never
-- changes; each is a line of the trail.
CREATE OR REPLACE FUNCTION sec.factor_kept()
  RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  acting constant bigint := nullif(current_setting('otasuke.user', true), '')::bigint;
  changing constant text[] := ARRAY['used_mask', 'migrated_codes', 'viewed_at', 'name'];
BEGIN
  IF current_user <> 'otasuke_app' THEN RETURN coalesce(NEW, OLD); END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.user_id, NEW.type, NEW.data - changing)
       IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.type, OLD.data - changing) THEN
      RAISE EXCEPTION 'a second factor is replaced, never rewritten' USING ERRCODE = 'insufficient_privilege'; END IF;
    RETURN NEW;
  END IF;
  IF coalesce(NEW.user_id, OLD.user_id) IS DISTINCT FROM acting THEN
    RAISE EXCEPTION 'a second factor is its person''s' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF TG_OP = 'DELETE' AND OLD.type <> 'recovery_codes'
     AND NOT EXISTS (SELECT 1 FROM mfa_authenticator a
                      WHERE a.user_id = acting AND a.id <> OLD.id AND a.type <> 'recovery_codes')
     AND (EXISTS (SELECT 1 FROM tenants_user u WHERE u.id = acting AND u.is_staff)
          OR EXISTS (SELECT 1 FROM tenants_membership m JOIN tenants_organisation o ON o.id = m.organisation_id
                      WHERE m.user_id = acting AND o.kind <> 'sme' AND m.valid @> now())) THEN
    RAISE EXCEPTION 'the last second factor stays' USING ERRCODE = 'insufficient_privilege'; END IF;
  INSERT INTO tenants_auditevent (tenant_id, at, actor_id, organisation_id, code, subject, data, agent, xid)
  VALUES (NULL, now(), acting, NULL,
          CASE TG_OP WHEN 'DELETE' THEN 'person.factor_removed' ELSE 'person.factor_added' END, 'user:' || acting,
          jsonb_build_object('type', coalesce(NEW.type, OLD.type)), '', 0);
  RETURN coalesce(NEW, OLD);
END
$body$;
REVOKE ALL ON FUNCTION sec.factor_kept FROM PUBLIC;
