"""The wall around the desk's own tables. Notes, events, hand-overs and callers open to staff only, never to the firm;
messages to both. Rows about people of no firm carry the programme's office and open to the programme's desk only.
"""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
BACKGROUND = "nullif(current_setting('otasuke.tenant', true), '') IS NOT NULL"

# The offices of the programmes a call centre works for.
OFFICES = f"""
SELECT coalesce(array_agg(p.office_id), ARRAY[]::bigint[]) FROM tenants_membership m
  JOIN tenants_organisation o ON o.id = m.organisation_id AND o.kind = 'call_centre'
  JOIN tenants_programmepartner x ON x.organisation_id = o.id
  JOIN tenants_programme p ON p.id = x.programme_id
 WHERE m.user_id = {USER} AND m.organisation_id = {ORGANISATION} AND m.role = ANY (roles) AND m.valid @> now()
"""

STAFF = "tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])"
OWN = "tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[])"
STRANGERS = "tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[])"
DESK_SEES = "tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[])"
DESK_WRITES = (
    "(tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])"
    " OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]))"
)
SOC_WRITES = "tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[])"
TASKS_WRITE = "tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[])"

NOT_THE_FIRM = f"({BACKGROUND} OR NOT {OWN})"
EVERYBODY_READS = f"{STAFF} OR {STRANGERS}"
STAFF_READS = f"({STAFF} AND {NOT_THE_FIRM}) OR {STRANGERS}"
DESK_READS = f"({DESK_SEES} AND {NOT_THE_FIRM}) OR {STRANGERS}"

# table → who reads, adds, changes
TABLES = {
    "incidents_case": (EVERYBODY_READS, DESK_WRITES, DESK_WRITES),
    "incidents_contact": (EVERYBODY_READS, DESK_WRITES, DESK_WRITES),
    "incidents_caller": (STAFF_READS, DESK_WRITES, DESK_WRITES),
    "incidents_caseevent": (STAFF_READS, DESK_WRITES, TASKS_WRITE),
    "incidents_internalnote": (STAFF_READS, f"({DESK_WRITES} OR {SOC_WRITES})", TASKS_WRITE),
    "incidents_customermessage": (EVERYBODY_READS, f"({DESK_WRITES} AND NOT from_firm) OR {TASKS_WRITE}", TASKS_WRITE),
    "incidents_escalation": (STAFF_READS, DESK_WRITES, f"({DESK_WRITES} OR {SOC_WRITES})"),
    "incidents_deskpresence": (DESK_READS, DESK_WRITES, DESK_WRITES),
    "incidents_incidentreceipt": (EVERYBODY_READS, f"({DESK_WRITES} OR {OWN})", TASKS_WRITE),
}

# What a firm's own people write: what they say, and that they want to be called.
FIRMS_OWN = f"""
CREATE POLICY says ON incidents_customermessage FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]) AND from_firm AND author_id = {USER});
CREATE POLICY calls ON notifications_attention FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]) AND kind = 'call_me'
    AND closed_at IS NULL AND taken_at IS NULL);
"""
FIRMS_OWN_BACK = """
DROP POLICY says ON incidents_customermessage;
DROP POLICY calls ON notifications_attention;
"""
MOVED = (
    "incidents_caller", "incidents_contact", "incidents_case", "incidents_caseevent", "incidents_internalnote",
    "incidents_customermessage", "incidents_escalation", "incidents_deskpresence",
)
DEFINER_RIGHTS = f"""
GRANT SELECT, UPDATE ON {', '.join(MOVED)} TO sec_definer;
GRANT INSERT ON incidents_contact TO sec_definer;
GRANT USAGE ON SEQUENCE incidents_contact_id_seq TO sec_definer;
GRANT SELECT ON incidents_incidentreceipt TO sec_definer;
"""

# A caller of no firm turns out to belong to one: with the cases they spoke about and whoever else spoke about those.
IDENTIFY = f"""
DECLARE
  office bigint := (SELECT c.tenant_id FROM incidents_caller c WHERE c.id = known);
  callers bigint[] := ARRAY[known];
  cases bigint[] := ARRAY[]::bigint[];
  before integer := -1;
  highest integer;
BEGIN
  IF office IS NULL OR office <> ALL (sec.desk_offices('owner', 'member'))
     OR firm <> ALL (sec.writable_tenants('desk')) THEN
    RAISE EXCEPTION 'not the desk of both' USING ERRCODE = 'insufficient_privilege'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('incidents.number'), firm::integer);
  WHILE before <> cardinality(callers) + cardinality(cases) LOOP
    before := cardinality(callers) + cardinality(cases);
    cases := ARRAY(SELECT DISTINCT k.case_id FROM incidents_contact k WHERE k.tenant_id = office
                    AND k.caller_id = ANY (callers) AND k.case_id IS NOT NULL
                   UNION SELECT unnest(cases)
                   UNION SELECT x.id FROM incidents_case x WHERE x.merged_into_id = ANY (cases)
                   UNION SELECT x.merged_into_id FROM incidents_case x WHERE x.id = ANY (cases)
                     AND x.merged_into_id IS NOT NULL);
    callers := ARRAY(SELECT DISTINCT k.caller_id FROM incidents_contact k WHERE k.tenant_id = office
                      AND k.case_id = ANY (cases) AND k.caller_id IS NOT NULL
                     UNION SELECT unnest(callers)
                     UNION SELECT c.id FROM incidents_caller c WHERE c.merged_into_id = ANY (callers)
                     UNION SELECT c.merged_into_id FROM incidents_caller c WHERE c.id = ANY (callers)
                       AND c.merged_into_id IS NOT NULL);
  END LOOP;
  UPDATE incidents_contact SET tenant_id = firm
   WHERE tenant_id = office AND (caller_id = ANY (callers) OR case_id = ANY (cases));
  UPDATE incidents_caller SET tenant_id = firm WHERE id = ANY (callers);
  highest := coalesce((SELECT max(number) FROM incidents_case WHERE tenant_id = firm), 0);
  UPDATE incidents_case x SET tenant_id = firm, number = highest + y.place, version = x.version + 1
    FROM (SELECT id, row_number() OVER (ORDER BY opened_at, id) AS place FROM incidents_case
           WHERE id = ANY (cases)) y WHERE x.id = y.id;
  UPDATE incidents_caseevent SET tenant_id = firm WHERE tenant_id = office AND case_id = ANY (cases);
  UPDATE incidents_internalnote SET tenant_id = firm WHERE tenant_id = office AND case_id = ANY (cases);
  UPDATE incidents_customermessage SET tenant_id = firm WHERE tenant_id = office AND case_id = ANY (cases);
  UPDATE incidents_escalation SET tenant_id = firm WHERE tenant_id = office AND case_id = ANY (cases);
  UPDATE incidents_deskpresence SET tenant_id = firm
   WHERE tenant_id = office AND subject = 'case' AND subject_id = ANY (cases);
  RETURN cardinality(cases);
END
"""

# The telephones of a desk tell a call; the token is the right. Times in the order of a call, whatever the caller says.
REPORT_CALL = """
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
"""
UNTOLD = """
SELECT m.tenant_id, m.id FROM incidents_customermessage m JOIN tenants_organisation o ON o.id = m.tenant_id
 WHERE NOT m.from_firm AND m.told_at IS NULL AND o.kind = 'sme'
"""
UNREAD = """
SELECT i.tenant_id, i.id FROM incidents_incident i
 WHERE i.grade = 3 AND i.state = 'open' AND i.opened_at < now
   AND NOT EXISTS (SELECT 1 FROM incidents_incidentreceipt r WHERE r.tenant_id = i.tenant_id AND r.incident_id = i.id)
   AND NOT EXISTS (SELECT 1 FROM notifications_attention a WHERE a.tenant_id = i.tenant_id
                    AND a.kind = 'incident_unread' AND a.subject_key = 'incident:' || i.id)
"""
STALLED = """
SELECT s.tenant_id, s.id FROM sensors_sensor s
 WHERE s.state IN ('prepared', 'shipped', 'arrived') AND s.created_at < before
   AND NOT EXISTS (SELECT 1 FROM notifications_attention a WHERE a.tenant_id = s.tenant_id
                    AND a.kind = 'install_stalled' AND a.subject_key = 'sensor:' || s.id AND a.closed_at IS NULL)
"""
UNENDED = """
SELECT k.tenant_id, k.id FROM incidents_contact k
 WHERE k.channel = 'phone' AND k.answered_at IS NULL AND k.ended_at IS NULL AND k.offered_at < before
"""
# So far the desk's queue was sorted after reading; now the database keeps the order.
IMPORTANCE = """
UPDATE incidents_desktask t SET importance = coalesce(
  (SELECT i.grade FROM incidents_incident i WHERE i.id = t.incident_id AND i.tenant_id = t.tenant_id),
  (SELECT CASE WHEN a.kind <> 'mail_failed' THEN 1 WHEN a.facts ->> 'kind' = 'incident' THEN 3 ELSE 2 END
     FROM notifications_attention a WHERE a.id = t.attention_id AND a.tenant_id = t.tenant_id), 1)
"""


def wall(table, reads, adds, changes):
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY reads ON {table} FOR SELECT USING ({reads});"
        f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({adds});"
        f"CREATE POLICY changes ON {table} FOR UPDATE USING ({changes}) WITH CHECK ({changes});"
        f"REVOKE DELETE, TRUNCATE ON {table} FROM otasuke_app;",
        f"DROP POLICY reads ON {table}; DROP POLICY adds ON {table}; DROP POLICY changes ON {table};"
        f"GRANT DELETE ON {table} TO otasuke_app;",
    )


def _walls(force):
    return "".join(
        f"ALTER TABLE {table} {force} ROW LEVEL SECURITY;"
        for table in ("incidents_incident", "notifications_attention")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0020_desk"),
        ("notifications", "0020_desk_kinds"),
        ("tenants", "0060_scope_for_calls"),
    ]

    operations = [
        rls.definer_function("desk_offices(VARIADIC roles text[])", "bigint[]", OFFICES, volatility="STABLE"),
        migrations.RunSQL(
            "GRANT EXECUTE ON FUNCTION sec.desk_offices(text[]) TO otasuke_owner", migrations.RunSQL.noop
        ),
        *[rls.referable(f"incidents_{name}") for name in ("case", "caller")],
        *[
            rls.same_firm_reference(f"incidents_{table}", "case_id", "incidents_case")
            for table in ("contact", "caseevent", "internalnote", "customermessage", "escalation")
        ],
        rls.same_firm_reference("incidents_contact", "caller_id", "incidents_caller"),
        rls.same_firm_reference("incidents_caller", "merged_into_id", "incidents_caller"),
        rls.same_firm_reference("incidents_case", "merged_into_id", "incidents_case"),
        rls.same_firm_reference("incidents_case", "incident_id", "incidents_incident"),
        rls.same_firm_reference("incidents_incidentreceipt", "incident_id", "incidents_incident"),
        *[wall(table, *rights) for table, rights in TABLES.items()],
        migrations.RunSQL(FIRMS_OWN, FIRMS_OWN_BACK),
        migrations.RunSQL(DEFINER_RIGHTS, migrations.RunSQL.noop),
        rls.definer_function("identify_caller(known bigint, firm bigint)", "integer", IDENTIFY, language="plpgsql"),
        rls.definer_function(
            "report_call(token bytea, key text, raw text, e164 text, what text, at timestamptz)",
            "bigint",
            REPORT_CALL,
            language="plpgsql",
        ),
        rls.definer_function(
            "untold_messages()", "TABLE (tenant_id bigint, message_id bigint)", UNTOLD, volatility="STABLE"
        ),
        rls.definer_function(
            "unread_incidents(now timestamptz)",
            "TABLE (tenant_id bigint, incident_id bigint)",
            UNREAD,
            volatility="STABLE",
        ),
        rls.definer_function(
            "stalled_installs(before timestamptz)",
            "TABLE (tenant_id bigint, sensor_id bigint)",
            STALLED,
            volatility="STABLE",
        ),
        rls.definer_function(
            "unended_calls(before timestamptz)",
            "TABLE (tenant_id bigint, contact_id bigint)",
            UNENDED,
            volatility="STABLE",
        ),
        # The owner sees no firm's rows: the walls of what is read are down for this one statement.
        migrations.RunSQL(_walls("NO FORCE"), migrations.RunSQL.noop),
        rls.rewrite_rows("incidents_desktask", IMPORTANCE, expect="any"),
        migrations.RunSQL(_walls("FORCE"), migrations.RunSQL.noop),
    ]
