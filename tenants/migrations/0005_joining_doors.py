"""Who may invite, change roles, approve firms, edit an organisation and publish settings, decided in PostgreSQL.

Registry rows that open a firm to somebody (organisation, membership, grant, enrolment) stay out of the application's
reach; three functions write them, each checking the acting person itself. They ask clock_timestamp(), not now(): two
owners who remove each other at the same moment wait for one another, and the second must see what the first did.
"""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
OWNED = "(SELECT sec.owned_organisations())::bigint[]"
OWN = "(SELECT sec.own_organisations())::bigint[]"

OWNED_ORGANISATIONS = f"""
SELECT ARRAY(SELECT m.organisation_id FROM tenants_membership m
  WHERE m.user_id = {USER} AND m.organisation_id = {ORGANISATION} AND m.role = 'owner' AND m.valid @> now())
"""

PROGRAMMES_RUN = f"""
SELECT ARRAY(SELECT p.id FROM tenants_programme p
   JOIN tenants_membership m ON m.organisation_id = p.office_id
  WHERE m.user_id = {USER} AND m.organisation_id = {ORGANISATION} AND m.role = ANY (roles) AND m.valid @> now())
"""

MEMBERSHIP_CHANGE = f"""
DECLARE
  at timestamptz;
  organisation bigint;
  was record;
BEGIN
  IF new_role IS NOT NULL AND new_role NOT IN ('owner', 'member', 'read_only') THEN RETURN 'unknown_role'; END IF;
  SELECT m.organisation_id INTO organisation FROM tenants_membership m WHERE m.id = membership;
  IF organisation IS NULL OR organisation IS DISTINCT FROM {ORGANISATION} THEN RETURN 'not_allowed'; END IF;
  PERFORM 1 FROM tenants_organisation o WHERE o.id = organisation FOR NO KEY UPDATE;
  at := clock_timestamp();
  PERFORM 1 FROM tenants_membership m
    WHERE m.user_id = {USER} AND m.organisation_id = organisation AND m.role = 'owner' AND m.valid @> at;
  IF NOT FOUND THEN RETURN 'not_allowed'; END IF;
  SELECT * INTO was FROM tenants_membership m WHERE m.id = membership AND m.valid @> at;
  IF NOT FOUND THEN RETURN 'not_allowed'; END IF;
  IF was.role = new_role THEN RETURN 'done'; END IF;
  IF was.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM tenants_membership m JOIN tenants_user u ON u.id = m.user_id AND u.is_active
     WHERE m.organisation_id = organisation AND m.role = 'owner' AND m.valid @> at AND m.id <> membership)
  THEN RETURN 'last_owner'; END IF;
  UPDATE tenants_membership m SET valid = tstzrange(lower(m.valid), at) WHERE m.id = membership;
  IF new_role IS NOT NULL THEN
    INSERT INTO tenants_membership (user_id, organisation_id, role, valid)
    VALUES (was.user_id, organisation, new_role, tstzrange(at, NULL));
  END IF;
  RETURN 'done';
END
"""

INVITATION_OF = """
SELECT i.organisation_id, o.name::text, o.kind::text, i.email::text, i.role::text, i.expires_at
  FROM tenants_invitation i JOIN tenants_organisation o ON o.id = i.organisation_id
 WHERE i.token_hash = token AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()
"""

ACCEPT_INVITATION = """
DECLARE
  found_one record;
BEGIN
  SELECT * INTO found_one FROM tenants_invitation i
   WHERE i.token_hash = token AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()
     FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM account_emailaddress a JOIN tenants_user u ON u.id = a.user_id AND u.is_active
    WHERE a.user_id = person AND a.verified AND lower(a.email) = lower(found_one.email);
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE tenants_invitation i SET accepted_at = clock_timestamp(), accepted_by_id = person WHERE i.id = found_one.id;
  IF NOT EXISTS (SELECT 1 FROM tenants_membership m WHERE m.user_id = person
                  AND m.organisation_id = found_one.organisation_id AND m.valid @> clock_timestamp()) THEN
    INSERT INTO tenants_membership (user_id, organisation_id, role, valid)
    VALUES (person, found_one.organisation_id, found_one.role, tstzrange(now(), NULL));
  END IF;
  RETURN found_one.organisation_id;
END
"""

APPROVE_APPLICATION = f"""
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
    asked.municipality, '', asked.address, asked.phone, asked.phone_e164, asked.email, '', asked.staff_count,
    asked.pc_count, now())
  RETURNING id INTO firm;
  INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, chamber_member)
  VALUES (firm, asked.programme_id, (now() AT TIME ZONE 'Asia/Tokyo')::date, asked.chamber_member);
  INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
  SELECT o.id, firm, CASE o.kind WHEN 'soc' THEN 'watch' WHEN 'call_centre' THEN 'desk' ELSE 'office' END,
         tstzrange(now(), NULL), 'application ' || asked.id
    FROM tenants_organisation o
   WHERE o.id = asked.office_id OR (o.kind IN ('soc', 'call_centre') AND EXISTS (
     SELECT 1 FROM tenants_programmepartner p WHERE p.programme_id = asked.programme_id AND p.organisation_id = o.id));
  INSERT INTO tenants_invitation (organisation_id, email, role, token_hash, created_at, expires_at, invited_by_id)
  VALUES (firm, asked.email, 'owner', token, now(), until, {USER});
  UPDATE tenants_application a SET state = 'approved', decided_at = now(), decided_by_id = {USER}, organisation_id = firm
   WHERE a.id = asked.id;
  RETURN firm;
END
"""

INVITATION_TABLE = """
ALTER TABLE tenants_invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_invitation FORCE ROW LEVEL SECURITY;
REVOKE UPDATE, DELETE ON tenants_invitation FROM otasuke_app;
GRANT UPDATE (revoked_at) ON tenants_invitation TO otasuke_app;
CREATE POLICY reads ON tenants_invitation FOR SELECT USING (organisation_id = ANY ({owned}));
CREATE POLICY invites ON tenants_invitation FOR INSERT
  WITH CHECK (organisation_id = ANY ({owned}) AND invited_by_id = {user} AND accepted_at IS NULL);
CREATE POLICY revokes ON tenants_invitation FOR UPDATE USING (organisation_id = ANY ({owned}));
CREATE POLICY registrar ON tenants_invitation TO otasuke_owner USING (true) WITH CHECK (true);
"""

APPLICATION_TABLE = """
ALTER TABLE tenants_application ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_application FORCE ROW LEVEL SECURITY;
REVOKE UPDATE, DELETE ON tenants_application FROM otasuke_app;
GRANT UPDATE (state, reason, decided_at, decided_by_id) ON tenants_application TO otasuke_app;
CREATE POLICY applies ON tenants_application FOR INSERT
  WITH CHECK (state = 'waiting' AND organisation_id IS NULL AND decided_at IS NULL);
CREATE POLICY reads ON tenants_application FOR SELECT
  USING (programme_id = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY rejects ON tenants_application FOR UPDATE
  USING (state = 'waiting' AND programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[]))
  WITH CHECK (state = 'rejected' AND reason <> '' AND decided_by_id = {user});
CREATE POLICY registrar ON tenants_application TO otasuke_owner USING (true) WITH CHECK (true);
"""

SETTINGS_TABLE = """
ALTER TABLE tenants_programmesettings ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_programmesettings FORCE ROW LEVEL SECURITY;
REVOKE UPDATE, DELETE ON tenants_programmesettings FROM otasuke_app;
CREATE POLICY reads ON tenants_programmesettings FOR SELECT USING (true);
CREATE POLICY publishes ON tenants_programmesettings FOR INSERT
  WITH CHECK (programme_id = ANY ((SELECT sec.programmes_run('owner'))::bigint[])
    OR EXISTS (SELECT 1 FROM tenants_user u WHERE u.id = {user} AND u.is_superuser AND u.is_active));
CREATE POLICY registrar ON tenants_programmesettings TO otasuke_owner USING (true) WITH CHECK (true);
"""

ORGANISATION_TABLE = """
REVOKE UPDATE ON tenants_organisation FROM otasuke_app;
GRANT UPDATE (name, name_kana, corporate_number, postal_code, prefecture, municipality, municipality_code, address,
  phone, phone_e164, email, industry, staff_count, pc_count) ON tenants_organisation TO otasuke_app;
CREATE POLICY owners_edit ON tenants_organisation FOR UPDATE USING (id = ANY ({owned}));
"""

COLLEAGUES = "CREATE POLICY colleagues ON tenants_membership FOR SELECT USING (organisation_id = ANY ({own}));"

LOG_INS = """
CREATE POLICY own_log_ins ON tenants_auditevent FOR SELECT
  USING (actor_id = {user} AND code = 'person.logged_in');
CREATE INDEX audit_log_ins ON tenants_auditevent (actor_id, at DESC) WHERE code = 'person.logged_in';
"""

DEFINER_RIGHTS = """
GRANT INSERT ON tenants_organisation, tenants_membership, tenants_enrolment, tenants_accessgrant, tenants_invitation
  TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_organisation_id_seq, tenants_membership_id_seq, tenants_enrolment_id_seq,
  tenants_accessgrant_id_seq, tenants_invitation_id_seq TO sec_definer;
"""


def dropped(table_name: str, policies: list[str], rights: str) -> str:
    drops = "".join(f"DROP POLICY {policy} ON {table_name};" for policy in policies)
    return (
        f"{drops}ALTER TABLE {table_name} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table_name} DISABLE ROW LEVEL SECURITY; GRANT {rights} ON {table_name} TO otasuke_app;"
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_joining"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        rls.definer_function("owned_organisations()", "bigint[]", OWNED_ORGANISATIONS, volatility="STABLE"),
        rls.definer_function("programmes_run(VARIADIC roles text[])", "bigint[]", PROGRAMMES_RUN, volatility="STABLE"),
        migrations.RunSQL(
            "GRANT EXECUTE ON FUNCTION sec.owned_organisations(), sec.programmes_run(text[]) TO otasuke_owner",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(DEFINER_RIGHTS, migrations.RunSQL.noop),
        rls.definer_function(
            "membership_change(membership bigint, new_role text)", "text", MEMBERSHIP_CHANGE, language="plpgsql"
        ),
        rls.definer_function(
            "invitation_of(token bytea)",
            "TABLE (organisation_id bigint, name text, kind text, email text, role text, expires_at timestamptz)",
            INVITATION_OF,
            volatility="STABLE",
        ),
        rls.definer_function(
            "accept_invitation(token bytea, person bigint)", "bigint", ACCEPT_INVITATION, language="plpgsql"
        ),
        rls.definer_function(
            "approve_application(application uuid, token bytea, until timestamptz)",
            "bigint",
            APPROVE_APPLICATION,
            language="plpgsql",
        ),
        migrations.RunSQL(
            INVITATION_TABLE.format(owned=OWNED, user=USER),
            dropped("tenants_invitation", ["reads", "invites", "revokes", "registrar"], "UPDATE, DELETE"),
        ),
        migrations.RunSQL(
            APPLICATION_TABLE.format(user=USER),
            dropped("tenants_application", ["applies", "reads", "rejects", "registrar"], "UPDATE, DELETE"),
        ),
        migrations.RunSQL(
            SETTINGS_TABLE.format(user=USER),
            dropped("tenants_programmesettings", ["reads", "publishes", "registrar"], "UPDATE, DELETE"),
        ),
        migrations.RunSQL(
            ORGANISATION_TABLE.format(owned=OWNED),
            "DROP POLICY owners_edit ON tenants_organisation; GRANT UPDATE ON tenants_organisation TO otasuke_app;",
        ),
        migrations.RunSQL(COLLEAGUES.format(own=OWN), "DROP POLICY colleagues ON tenants_membership;"),
        migrations.RunSQL(
            LOG_INS.format(user=USER),
            "DROP INDEX audit_log_ins; DROP POLICY own_log_ins ON tenants_auditevent;",
        ),
    ]
