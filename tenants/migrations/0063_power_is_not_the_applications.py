"""What decides about power is not the application's to write: administrators, groups, second factors.

The application's role keeps what its pages need. Nobody becomes an administrator through it, accounts are neither
removed nor opened again, a person's mail address and second factors change only while that person acts, and what a
second factor is made of never changes. Each factor that comes or goes stands in the trail, whoever wrote the SQL.
"""

from django.db import migrations

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"

RIGHTS = """
REVOKE INSERT, UPDATE, DELETE ON auth_group, auth_group_permissions, auth_permission, django_content_type,
  django_migrations, tenants_user_groups, tenants_user_user_permissions FROM otasuke_app;
REVOKE UPDATE, DELETE ON django_admin_log FROM otasuke_app;
REVOKE DELETE ON tenants_user FROM otasuke_app;
"""
RIGHTS_BACK = """
GRANT INSERT, UPDATE, DELETE ON auth_group, auth_group_permissions, auth_permission, django_content_type,
  django_migrations, tenants_user_groups, tenants_user_user_permissions TO otasuke_app;
GRANT UPDATE, DELETE ON django_admin_log TO otasuke_app;
GRANT DELETE ON tenants_user TO otasuke_app;
"""

# Not SECURITY DEFINER: it judges the role that writes. The owner and sec_definer's functions may.
USER_KEPT = f"""
CREATE FUNCTION sec.user_kept() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, sec, pg_temp AS $body$
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
  IF NEW.email IS DISTINCT FROM OLD.email AND NEW.id IS DISTINCT FROM {USER} THEN
    RAISE EXCEPTION 'an address is changed by its person' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF NEW.password IS DISTINCT FROM OLD.password AND NEW.id IS DISTINCT FROM coalesce({USER}, NEW.id) THEN
    RAISE EXCEPTION 'a password is changed by its person' USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN NEW;
END
$body$;
REVOKE ALL ON FUNCTION sec.user_kept() FROM PUBLIC;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON tenants_user FOR EACH ROW EXECUTE FUNCTION sec.user_kept();
"""

FACTOR_KEPT = f"""
CREATE FUNCTION sec.factor_kept() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, sec, pg_temp AS $body$
DECLARE
  acting constant bigint := {USER};
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
REVOKE ALL ON FUNCTION sec.factor_kept() FROM PUBLIC;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON mfa_authenticator
  FOR EACH ROW EXECUTE FUNCTION sec.factor_kept();
"""

AUDIT_SEAL = """
CREATE OR REPLACE FUNCTION sec.audit_seal(how_many integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'sec', 'pg_temp'
AS $body$ 
DECLARE
  last record;
  horizon bigint;
  link bytea;
  place bigint;
  made integer := 0;
  e record;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('sec.audit_seal')) THEN RETURN 0; END IF;
  SELECT s.position, s.event_id, s.event_xid, s.hash INTO last FROM tenants_auditseal s ORDER BY s.position DESC LIMIT 1;
  link := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
  place := coalesce(last.position, 0);
  horizon := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  FOR e IN
    SELECT a.id, a.xid, sec.audit_fields(a) AS fields FROM tenants_auditevent a
     WHERE (a.xid, a.id) > (coalesce(last.event_xid, -1), coalesce(last.event_id, 0)) AND a.xid < horizon
     ORDER BY a.xid, a.id LIMIT least(how_many, 50000)
  LOOP
    link := sha256(link || convert_to((
      SELECT string_agg(coalesce(octet_length(convert_to(f, 'UTF8')) || ':' || f, '-'), ',' ORDER BY n)
        FROM unnest(e.fields) WITH ORDINALITY x(f, n)), 'UTF8'));
    place := place + 1;
    made := made + 1;
    INSERT INTO tenants_auditseal (position, event_id, event_xid, hash, sealed_at)
    VALUES (place, e.id, e.xid, link, clock_timestamp());
  END LOOP;
  RETURN made;
END
 $body$
"""

APPROVE_APPLICATION = f"""
CREATE OR REPLACE FUNCTION sec.approve_application(application uuid, token bytea, until timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'sec', 'pg_temp'
AS $body$ 
DECLARE
  asked record;
  firm bigint;
BEGIN
  SELECT a.*, p.office_id INTO asked FROM tenants_application a JOIN tenants_programme p ON p.id = a.programme_id
   WHERE a.id = application AND a.state = 'waiting' AND p.office_id = {ORGANISATION} FOR UPDATE OF a;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM tenants_membership m WHERE m.user_id = {USER} AND m.organisation_id = asked.office_id
    AND m.role IN ('owner', 'member') AND m.valid @> clock_timestamp();
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO tenants_organisation (kind, name, name_kana, corporate_number, postal_code, prefecture, municipality,
    municipality_code, address, phone, phone_e164, email, industry, staff_count, pc_count, created_at)
  VALUES ('sme', asked.name, asked.name_kana, asked.corporate_number, asked.postal_code, asked.prefecture,
    asked.municipality, asked.municipality_code, asked.address, asked.phone, asked.phone_e164, asked.email,
    asked.industry, asked.staff_count, asked.pc_count, now())
  RETURNING id INTO firm;
  INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, chamber_member)
  VALUES (firm, asked.programme_id, (now() AT TIME ZONE 'Asia/Tokyo')::date, asked.chamber_member);
  INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
  SELECT o.id, firm, CASE o.kind WHEN 'soc' THEN 'watch' WHEN 'call_centre' THEN 'desk' ELSE 'office' END,
         tstzrange(now(), NULL), 'application ' || asked.id
    FROM tenants_organisation o
   WHERE o.id = asked.office_id OR (o.kind IN ('soc', 'call_centre') AND EXISTS (
     SELECT 1 FROM tenants_programmepartner p WHERE p.programme_id = asked.programme_id AND p.organisation_id = o.id));
  INSERT INTO tenants_invitation (organisation_id, email, role, token_hash, created_at, expires_at, invited_by_id,
    person_name, person_kana)
  VALUES (firm, asked.email, 'owner', token, now(), least(until, now() + interval '30 days'), {USER},
    asked.contact_name, asked.contact_kana);
  UPDATE tenants_application a SET state = 'approved', decided_at = now(), decided_by_id = {USER}, organisation_id = firm
   WHERE a.id = asked.id;
  RETURN firm;
END
 $body$
"""

ACCEPT_INVITATION = """
CREATE OR REPLACE FUNCTION sec.accept_invitation(token bytea, person bigint) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, public, sec, pg_temp AS $body$
DECLARE
  found_one record;
BEGIN
  SELECT * INTO found_one FROM tenants_invitation i
   WHERE i.token_hash = token AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()
     FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM account_emailaddress a JOIN tenants_user u ON u.id = a.user_id AND u.is_active
    WHERE a.user_id = person AND a.verified AND lower(a.email) = lower(found_one.email) FOR NO KEY UPDATE OF u;
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE tenants_invitation i SET accepted_at = clock_timestamp(), accepted_by_id = person WHERE i.id = found_one.id;
  IF NOT EXISTS (SELECT 1 FROM tenants_membership m WHERE m.user_id = person
                  AND m.organisation_id = found_one.organisation_id AND m.valid @> clock_timestamp()) THEN
    INSERT INTO tenants_membership (user_id, organisation_id, role, valid)
    VALUES (person, found_one.organisation_id, found_one.role, tstzrange(now(), NULL));
  END IF;
  RETURN found_one.organisation_id;
END
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0062_joining_defaults"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        migrations.RunSQL(USER_KEPT, "DROP TRIGGER kept ON tenants_user; DROP FUNCTION sec.user_kept();"),
        migrations.RunSQL(FACTOR_KEPT, "DROP TRIGGER kept ON mfa_authenticator; DROP FUNCTION sec.factor_kept();"),
        # A bound on what the caller asks for.
        migrations.RunSQL(AUDIT_SEAL, migrations.RunSQL.noop),
        migrations.RunSQL(APPROVE_APPLICATION, migrations.RunSQL.noop),
        # Two invitations of one person into one organisation, accepted at once: the second finds the membership.
        migrations.RunSQL(ACCEPT_INVITATION, migrations.RunSQL.noop),
    ]
