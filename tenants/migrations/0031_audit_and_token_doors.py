"""The sealed audit trail, and programs that read as an organisation.

The trail's columns that must not depend on the application are filled by a trigger. Rows are sealed in the order
(xid, id) and only below the oldest running transaction: nothing can still appear in front of a sealed row.
"""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
OWNED = "(SELECT sec.owned_organisations())::bigint[]"
CURRENT_TOKEN = "decode(nullif(current_setting('otasuke.token', true), ''), 'hex')"

STAMP = f"""
CREATE FUNCTION sec.audit_stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, sec, pg_temp AS $body$
DECLARE
  used record;
BEGIN
  -- An id chosen by the application could collide with a later one, whose row ON CONFLICT DO NOTHING would swallow.
  NEW.id := nextval('tenants_auditevent_id_seq');
  NEW.at := clock_timestamp();
  NEW.xid := pg_current_xact_id()::text::bigint;
  NEW.grant_id := NULL;
  NEW.token_id := NULL;
  SELECT t.id, t.organisation_id INTO used FROM tenants_apitoken t WHERE t.token_hash = {CURRENT_TOKEN};
  IF FOUND THEN
    NEW.token_id := used.id;
    NEW.organisation_id := used.organisation_id;
  END IF;
  IF NEW.organisation_id <> NEW.tenant_id THEN
    SELECT g.id INTO NEW.grant_id FROM tenants_accessgrant g
     WHERE g.grantee_id = NEW.organisation_id AND g.tenant_id = NEW.tenant_id AND g.valid @> now()
     ORDER BY g.id LIMIT 1;
  END IF;
  RETURN NEW;
END $body$;
ALTER FUNCTION sec.audit_stamp() OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.audit_stamp() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.audit_stamp() TO otasuke_owner;
GRANT USAGE ON SEQUENCE tenants_auditevent_id_seq TO sec_definer;
CREATE TRIGGER stamp BEFORE INSERT ON tenants_auditevent FOR EACH ROW EXECUTE FUNCTION sec.audit_stamp();
"""

# What a link of the chain covers (tenants.audit.chain writes the same bytes).
FIELDS = """
CREATE FUNCTION sec.audit_fields(e tenants_auditevent) RETURNS text[] LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $body$
  SELECT ARRAY[e.id::text, e.xid::text, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    e.tenant_id::text, e.actor_id::text, e.organisation_id::text, e.code, e.subject, e.data::text, host(e.ip), e.agent,
    e.grant_id::text, e.token_id::text]
$body$;
ALTER FUNCTION sec.audit_fields(tenants_auditevent) OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.audit_fields(tenants_auditevent) FROM PUBLIC;
"""

SEAL = """
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
     ORDER BY a.xid, a.id LIMIT how_many
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
"""

CHAIN = """
SELECT s.position, s.event_id, s.event_xid, s.hash,
       CASE WHEN a.id IS NULL THEN NULL ELSE sec.audit_fields(a) END
  FROM tenants_auditseal s LEFT JOIN tenants_auditevent a ON a.id = s.event_id
 WHERE s.position > after ORDER BY s.position LIMIT how_many
"""

# A row before the chain's end without a link was put in afterwards.
UNSEALED = """
SELECT a.id, a.at, coalesce((a.xid, a.id) < (last.event_xid, last.event_id), false)
  FROM tenants_auditevent a
  LEFT JOIN (SELECT s.event_xid, s.event_id FROM tenants_auditseal s ORDER BY s.position DESC LIMIT 1) last ON true
 WHERE NOT EXISTS (SELECT 1 FROM tenants_auditseal s WHERE s.event_id = a.id) ORDER BY a.xid, a.id
"""

TRAIL_TABLES = """
REVOKE ALL ON tenants_auditseal FROM otasuke_app;
GRANT INSERT ON tenants_auditseal TO sec_definer;
REVOKE UPDATE ON tenants_auditseal, tenants_auditevent FROM sec_definer;
REVOKE UPDATE, DELETE ON tenants_auditanchor FROM otasuke_app;
"""

TOKEN_TABLE = f"""
ALTER TABLE tenants_apitoken ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_apitoken FORCE ROW LEVEL SECURITY;
REVOKE UPDATE, DELETE ON tenants_apitoken FROM otasuke_app;
GRANT UPDATE (revoked_at) ON tenants_apitoken TO otasuke_app;
CREATE POLICY reads ON tenants_apitoken FOR SELECT USING (organisation_id = ANY ({OWNED}));
CREATE POLICY makes ON tenants_apitoken FOR INSERT WITH CHECK (organisation_id = ANY ({OWNED})
  AND created_by_id = {USER} AND revoked_at IS NULL AND last_used_at IS NULL
  AND expires_at <= now() + interval '367 days');
CREATE POLICY revokes ON tenants_apitoken FOR UPDATE USING (organisation_id = ANY ({OWNED}))
  WITH CHECK (revoked_at IS NOT NULL);
CREATE POLICY registrar ON tenants_apitoken TO otasuke_owner USING (true) WITH CHECK (true);
"""

API_TOKEN = """
WITH used AS (
  UPDATE tenants_apitoken t SET last_used_at = now()
   WHERE t.token_hash = secret_hash AND t.revoked_at IS NULL AND t.expires_at > now()
     AND (t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute'))
SELECT t.id, t.organisation_id, o.kind::text, t.scopes::text[]
  FROM tenants_apitoken t JOIN tenants_organisation o ON o.id = t.organisation_id
 WHERE t.token_hash = secret_hash AND t.revoked_at IS NULL AND t.expires_at > now()
"""

HEAD = """
CREATE OR REPLACE FUNCTION sec.visible_tenants(VARIADIC capabilities text[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, sec, pg_temp AS $body$
DECLARE
  firm bigint := nullif(current_setting('otasuke.tenant', true), '')::bigint;
  person bigint := nullif(current_setting('otasuke.user', true), '')::bigint;
  acting_for bigint := nullif(current_setting('otasuke.organisation', true), '')::bigint;
"""
PERSON = """
  RETURN ARRAY(
    SELECT o.id FROM tenants_membership m JOIN tenants_organisation o ON o.id = m.organisation_id
     WHERE m.user_id = person AND m.organisation_id = acting_for AND o.kind = 'sme' AND m.valid @> now()
    UNION
    SELECT g.tenant_id FROM tenants_accessgrant g
      JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.valid @> now()
     WHERE m.user_id = person AND m.organisation_id = acting_for
       AND g.capability = ANY (capabilities) AND g.valid @> now()
    ORDER BY 1);
END $body$;
"""
BEFORE = f"{HEAD} BEGIN IF firm IS NOT NULL THEN RETURN ARRAY[firm]; END IF; {PERSON}"
WITH_TOKENS = f"""{HEAD}
  token bytea := {CURRENT_TOKEN};
BEGIN
  IF firm IS NOT NULL THEN RETURN ARRAY[firm]; END IF;
  IF token IS NOT NULL THEN
    RETURN ARRAY(
      SELECT o.id FROM tenants_apitoken t JOIN tenants_organisation o ON o.id = t.organisation_id
       WHERE t.token_hash = token AND t.revoked_at IS NULL AND t.expires_at > now() AND o.kind = 'sme'
      UNION
      SELECT g.tenant_id FROM tenants_apitoken t JOIN tenants_accessgrant g ON g.grantee_id = t.organisation_id
       WHERE t.token_hash = token AND t.revoked_at IS NULL AND t.expires_at > now()
         AND g.capability = ANY (capabilities) AND g.capability <> 'breakglass' AND g.valid @> now()
      ORDER BY 1);
  END IF;
{PERSON}"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0030_audit_and_tokens")]

    operations = [
        migrations.RunSQL(
            STAMP,
            "DROP TRIGGER stamp ON tenants_auditevent; DROP FUNCTION sec.audit_stamp();"
            "REVOKE USAGE ON SEQUENCE tenants_auditevent_id_seq FROM sec_definer;",
        ),
        migrations.RunSQL(FIELDS, "DROP FUNCTION sec.audit_fields(tenants_auditevent);"),
        migrations.RunSQL(TRAIL_TABLES, migrations.RunSQL.noop),
        rls.definer_function("audit_seal(how_many integer)", "integer", SEAL, language="plpgsql"),
        rls.definer_function(
            "audit_head()",
            'TABLE ("position" bigint, hash bytea)',
            "SELECT s.position, s.hash FROM tenants_auditseal s ORDER BY s.position DESC LIMIT 1",
            volatility="STABLE",
        ),
        rls.definer_function(
            "audit_chain(after bigint, how_many integer)",
            'TABLE ("position" bigint, event_id bigint, event_xid bigint, hash bytea, fields text[])',
            CHAIN,
            volatility="STABLE",
            callers=("otasuke_owner",),
        ),
        rls.definer_function(
            "audit_unsealed()",
            "TABLE (event_id bigint, at timestamptz, late boolean)",
            UNSEALED,
            volatility="STABLE",
            callers=("otasuke_owner",),
        ),
        migrations.RunSQL(
            TOKEN_TABLE,
            "DROP POLICY reads ON tenants_apitoken; DROP POLICY makes ON tenants_apitoken;"
            "DROP POLICY revokes ON tenants_apitoken; DROP POLICY registrar ON tenants_apitoken;"
            "ALTER TABLE tenants_apitoken NO FORCE ROW LEVEL SECURITY;"
            "ALTER TABLE tenants_apitoken DISABLE ROW LEVEL SECURITY;",
        ),
        rls.definer_function(
            "api_token(secret_hash bytea)",
            "TABLE (token_id bigint, organisation_id bigint, kind text, scopes text[])",
            API_TOKEN,
        ),
        migrations.RunSQL(WITH_TOKENS, BEFORE),
    ]
