-- What of an account is not the application's to write. Not SECURITY DEFINER: it judges the role that writes; the owner
-- and sec_definer's functions may.
CREATE OR REPLACE FUNCTION sec.user_kept()
  RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  IF current_user <> 'otasuke_app' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.is_superuser OR NEW.is_staff THEN
      RAISE EXCEPTION 'administrators are made by the owner' USING ERRCODE = 'insufficient_privilege'; END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.is_superuser, NEW.is_staff) IS DISTINCT FROM (OLD.id, OLD.is_superuser, OLD.is_staff) THEN
    RAISE EXCEPTION 'administrators are made by the owner' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF NEW.is_active AND NOT OLD.is_active THEN
    RAISE EXCEPTION 'a closed account is opened by the owner' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF NEW.email IS DISTINCT FROM OLD.email AND NEW.id IS DISTINCT
    FROM nullif(current_setting('otasuke.user', true), '')::bigint THEN
    RAISE EXCEPTION 'an address is changed by its person' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF NEW.password IS DISTINCT FROM OLD.password AND NEW.id IS DISTINCT
    FROM coalesce(nullif(current_setting('otasuke.user', true), '')::bigint, NEW.id) THEN
    RAISE EXCEPTION 'a password is changed by its person' USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN NEW;
END
$body$;
REVOKE ALL ON FUNCTION sec.user_kept FROM PUBLIC;
