"""Rights on what belongs to a programme and not to a firm, calls that firms book, and what the sweeps ask.

Background work of a programme (its mailbox, its warnings) names it in the setting otasuke.programme
(tenants.tenancy.scope.programme_scope); people are asked for what their organisation does in the programme.
"""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
BACKGROUND = "programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint"

# Programmes in which the acting organisation, of one of these kinds, takes part as office or partner.
SERVED = f"""
SELECT array_agg(DISTINCT p.id) FROM tenants_programme p
  JOIN tenants_organisation o ON o.id = {ORGANISATION} AND o.kind = ANY (kinds)
  JOIN tenants_membership m ON m.organisation_id = o.id AND m.user_id = {USER} AND m.valid @> statement_timestamp(){{who}}
 WHERE p.office_id = o.id
    OR EXISTS (SELECT 1 FROM tenants_programmepartner x WHERE x.programme_id = p.id AND x.organisation_id = o.id)
"""


def served(*kinds: str, writing: bool = False) -> str:
    names = ", ".join(f"'{kind}'" for kind in kinds)
    return f"programme_id = ANY ((SELECT sec.{'writable' if writing else 'served'}_programmes({names}))::bigint[])"


def policies(table: str, *, reads: str, adds: str, changes: str) -> migrations.RunSQL:
    """Each verb apart; an empty condition: nobody. Nobody deletes."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY reads ON {table} FOR SELECT USING ({reads});"
        f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({adds});"
        f"CREATE POLICY changes ON {table} FOR UPDATE USING ({changes}) WITH CHECK ({changes});"
        f"REVOKE DELETE, TRUNCATE ON {table} FROM otasuke_app;",
        f"DROP POLICY reads ON {table}; DROP POLICY adds ON {table}; DROP POLICY changes ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        f"GRANT DELETE ON {table} TO otasuke_app;",
    )


LOOKERS = ("call_centre", "soc", "office")
READERS = ("vendor", "data_recovery")
# A draft is for who writes and who takes the second look; vendors read what is published (OSK 表4-34 ⑧).
ARTICLES = f"{served(*LOOKERS)} OR (state = 'published' AND {served(*READERS)})"
MAILS = f"{served('call_centre')} OR {BACKGROUND}"
OF_MAIL = "mail_id IN (SELECT m.id FROM incidents_deskmail m)"
FILED = f"mail_id IN (SELECT m.id FROM incidents_deskmail m WHERE m.{BACKGROUND})"
# A firm reads the warnings of its programme: whoever sees an enrolment in it.
WARNED = f"{served(*LOOKERS)} OR {BACKGROUND} OR programme_id IN (SELECT e.programme_id FROM tenants_enrolment e)"

COLUMNS = """
REVOKE UPDATE ON incidents_article, incidents_deskmail, incidents_mailfile, incidents_earlywarning,
  incidents_callbooking FROM otasuke_app;
GRANT UPDATE (state, title, answer, steps, signatures, families, words, search, written_by_id, written_at,
  checked_by_id, checked_at, remark) ON incidents_article TO otasuke_app;
GRANT UPDATE (state, reason, message_id, sender, sender_name, subject, sent_at, automatic, attempts, firm_id,
  contact_id, settled_by_id) ON incidents_deskmail TO otasuke_app;
GRANT UPDATE (verdict, found) ON incidents_mailfile TO otasuke_app;
GRANT SELECT ON incidents_deskmail, incidents_mailfile, incidents_earlywarning TO sec_definer;
GRANT SELECT ON tenants_user, tenants_programmepartner, tenants_programme TO sec_definer;
"""
COLUMNS_BACK = """
REVOKE SELECT ON incidents_deskmail, incidents_mailfile, incidents_earlywarning FROM sec_definer;
GRANT UPDATE ON incidents_article, incidents_deskmail, incidents_mailfile, incidents_earlywarning,
  incidents_callbooking TO otasuke_app;
"""

# What was published is not rewritten: a change is a new row that takes its place.
PUBLISHED = """
BEGIN
  IF (old.title, old.answer, old.steps, old.signatures, old.families, old.words)
     IS DISTINCT FROM (new.title, new.answer, new.steps, new.signatures, new.families, new.words) THEN
    RAISE EXCEPTION 'a published article stays as it was read' USING ERRCODE = 'check_violation';
  END IF;
  RETURN new;
END
"""
KEEP = """
CREATE TRIGGER kept BEFORE UPDATE ON incidents_article FOR EACH ROW WHEN (old.state IN ('published', 'retired'))
  EXECUTE FUNCTION sec.article_kept();
"""

WAITING_MAILS = """
SELECT m.programme_id, m.id FROM incidents_deskmail m
 WHERE m.state = 'waiting'
    OR EXISTS (SELECT 1 FROM incidents_mailfile f WHERE f.mail_id = m.id AND f.verdict = 'waiting')
 ORDER BY m.id LIMIT 500
"""
# Whose address it is, when exactly one firm of the programme has it: its own for notices, or that of one of its people.
ADDRESS_FIRM = """
SELECT min(firm) FROM (
  SELECT DISTINCT e.tenant_id AS firm FROM tenants_enrolment e JOIN tenants_organisation o ON o.id = e.tenant_id
   WHERE e.programme_id = programme
     AND (lower(o.email) = lower(written)
       OR EXISTS (SELECT 1 FROM tenants_membership m JOIN tenants_user u ON u.id = m.user_id
                   WHERE m.organisation_id = e.tenant_id AND m.valid @> statement_timestamp() AND u.is_active
                     AND lower(u.email) = lower(written)))) found
 HAVING count(*) = 1
"""
# What at least two firms met in a day, and nobody was warned of in a week. How many it takes, the programme says.
# A peer counts only by detections whose signature has not been warned of: one wave is one warning.
SPREADING = """
WITH met AS (
  SELECT DISTINCT e.programme_id, g.tenant_id, g.function, g.direction, g.signature, g.peer
    FROM alerts_alertgroup g JOIN tenants_enrolment e ON e.tenant_id = g.tenant_id
     AND (e.contract_end IS NULL OR e.contract_end >= (at AT TIME ZONE 'Asia/Tokyo')::date)
   WHERE g.last_at > at - interval '24 hours' AND g.last_at <= at AND g.grade >= 2
), warned AS (
  SELECT w.programme_id, w.kind, w.value FROM incidents_earlywarning w WHERE w.raised_at > at - interval '7 days'
)
SELECT programme_id, 'signature:' || signature, count(DISTINCT tenant_id) FROM met
 WHERE function IN ('ips', 'av') AND signature <> ''
   AND (programme_id, 'signature', signature) NOT IN (SELECT programme_id, kind, value FROM warned)
 GROUP BY programme_id, signature HAVING count(DISTINCT tenant_id) > 1
UNION ALL
SELECT programme_id, 'peer:' || peer, count(DISTINCT tenant_id) FROM met
 WHERE direction = 'outbound' AND peer <> ''
   AND (programme_id, 'signature', signature) NOT IN (SELECT programme_id, kind, value FROM warned)
   AND (programme_id, 'peer', peer) NOT IN (SELECT programme_id, kind, value FROM warned)
 GROUP BY programme_id, peer HAVING count(DISTINCT tenant_id) > 1
 ORDER BY 2 DESC
"""
# Firms whose mail about a warning of the last three days is not in the outbox yet.
UNWARNED = """
SELECT DISTINCT e.tenant_id, w.id FROM incidents_earlywarning w JOIN tenants_enrolment e ON e.programme_id = w.programme_id
 WHERE w.raised_at > at - interval '3 days' AND e.contract_start <= (at AT TIME ZONE 'Asia/Tokyo')::date
   AND (e.contract_end IS NULL OR e.contract_end >= (at AT TIME ZONE 'Asia/Tokyo')::date)
   AND NOT EXISTS (SELECT 1 FROM notifications_outboxmessage m
                    WHERE m.tenant_id = e.tenant_id AND m.key = 'warning:' || w.id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0030_knowledge_mail_crisis"),
        ("tenants", "0042_programmes_are_registry"),
        ("alerts", "0006_told_counts"),
    ]

    operations = [
        *[
            rls.definer_function(
                f"{name}_programmes(VARIADIC kinds text[])", "bigint[]", SERVED.format(who=who), volatility="STABLE"
            )
            for name, who in (("served", ""), ("writable", " AND m.role IN ('owner', 'member')"))
        ],
        migrations.RunSQL(
            "GRANT EXECUTE ON FUNCTION sec.served_programmes(text[]), sec.writable_programmes(text[]) TO otasuke_owner",
            migrations.RunSQL.noop,
        ),
        policies(
            "incidents_article",
            reads=ARTICLES,
            adds=f"state = 'draft' AND {served('call_centre', writing=True)} AND written_by_id = {USER}",
            changes=served(*LOOKERS, writing=True),
        ),
        policies(
            "incidents_readyanswer",
            reads=served("call_centre"),
            adds=served("call_centre", writing=True),
            changes=served("call_centre", writing=True),
        ),
        policies(
            "incidents_deskmail",
            reads=MAILS,
            adds=BACKGROUND,
            changes=f"{BACKGROUND} OR (state IN ('aside', 'settled') AND {served('call_centre', writing=True)})",
        ),
        policies("incidents_mailfile", reads=OF_MAIL, adds=FILED, changes=FILED),
        policies("incidents_earlywarning", reads=WARNED, adds=BACKGROUND, changes="false"),
        rls.same_firm_reference("incidents_callbooking", "incident_id", "incidents_incident"),
        rls.guard("incidents_callbooking", reads=("desk", "breakglass")),
        migrations.RunSQL(COLUMNS, COLUMNS_BACK),
        rls.definer_function("article_kept()", "trigger", PUBLISHED, language="plpgsql", callers=("otasuke_owner",)),
        migrations.RunSQL(KEEP, "DROP TRIGGER kept ON incidents_article"),
        rls.definer_function(
            "waiting_mails()", "TABLE (programme_id bigint, mail_id bigint)", WAITING_MAILS, volatility="STABLE"
        ),
        rls.definer_function(
            "firm_of_address(programme bigint, written text)",
            "TABLE (tenant_id bigint)",
            ADDRESS_FIRM,
            volatility="STABLE",
        ),
        rls.definer_function(
            "spreading(at timestamptz)",
            "TABLE (programme_id bigint, subject_key text, firms bigint)",
            SPREADING,
            volatility="STABLE",
        ),
        rls.definer_function(
            "unwarned_firms(at timestamptz)",
            "TABLE (tenant_id bigint, warning_id bigint)",
            UNWARNED,
            volatility="STABLE",
        ),
    ]
