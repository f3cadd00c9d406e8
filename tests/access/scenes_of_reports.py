"""Scenes of tests/access/scenes.py: similar firms, late data, how far a month is, opinions and answers."""

from __future__ import annotations

from django.apps import apps

from tests.access.scenes import Scene, asked_by, played
from tests.access.scenes_of_figures import EARLIER, FIVE, LATER, SPAN

# Seven firms of the programme in all: three of the world, four here; beside them one of another programme.
TWO_MORE = (
    "INSERT INTO tenants_organisation (id, kind, name, name_kana, corporate_number, postal_code, prefecture,"
    " municipality, municipality_code, address, phone, phone_e164, email, industry, created_at) OVERRIDING SYSTEM VALUE"
    " SELECT n, 'sme', 'x', '', '', '', '', '', '', '', '', '', '', '', now() FROM unnest(ARRAY[-26, -27]) n;"
    "INSERT INTO tenants_enrolment (id, tenant_id, programme_id, contract_start, chamber_member) OVERRIDING SYSTEM"
    " VALUE SELECT n, n, {programme}, '2026-04-01', false FROM unnest(ARRAY[-26, -27]) n;"
)
SEVEN = FIVE + TWO_MORE
ADDED = "-21, -22, -23, -26, -27"


def _copied(table: str, put: str = "", also: str = "") -> str:
    """A row for each of those firms, like the assigned firm's; then `put` in all rows."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    columns = [f'"{field.column}"' for field in model._meta.local_concrete_fields if not field.generated]
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE SELECT"
        f" {', '.join(f'r.{column}' for column in columns)} FROM {table} t, unnest(ARRAY[{ADDED}]) n,"
        f" jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object('id', n, 'tenant_id', n{also})) r"
        f" WHERE t.id = (SELECT max(id) FROM {table} WHERE tenant_id = {{firm}});"
        + (f"UPDATE {table} SET {put};" if put else "")
    )


LAST = "WHERE tenant_id = -27"

# -- OSK 表5-24 for the office

ANSWERED = SEVEN + _copied("incidents_alertanswer", "answer = 'removed', answered_at = now()", ", 'group_id', n")
NO_ANSWER = f"DELETE FROM incidents_alertanswer {LAST}"
MAILED = (
    NO_ANSWER
    + ";INSERT INTO notifications_outboxmessage SELECT (jsonb_populate_record(NULL::notifications_outboxmessage,"
    " to_jsonb(t) || jsonb_build_object('id', -27, 'tenant_id', -27, 'kind', 'digest', 'state', 'sent', 'sent_at',"
    " now(), 'returned_at', NULL))).* FROM notifications_outboxmessage t WHERE t.id = (SELECT max(id) FROM"
    " notifications_outboxmessage WHERE tenant_id = {firm})"
)


def _so_far(acted: int, *, reached: int = 0, firms: int = 0, **others: int) -> list[tuple[str, int]]:
    """What the office gets: as many decided and answered as acted, and the others if nothing else is said."""
    steps = {"acted": acted, "answered": acted, "decided": acted, "removed": acted}
    rest = {"reached": reached or acted, "firms": firms or reached or acted}
    return sorted((steps | rest | others).items())


ALL_SEVEN, SIX, SIX_FIRMS = _so_far(7), _so_far(6, firms=7), _so_far(6)
UNANSWERED = _so_far(6, reached=7)
AT_ONCE = (
    "SELECT labels[1], amounts[1]::int FROM sec.office_figures({programme}, %s) WHERE measure = 'answers' ORDER BY 1"
)
CALL = AT_ONCE % SPAN
AGAIN = (
    "INSERT INTO incidents_alertanswer OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record("
    "NULL::incidents_alertanswer, to_jsonb(t) || jsonb_build_object('id', %s, 'act', gen_random_uuid(), 'answer',"
    " 'not_done', 'answered_at', now() %s))).* FROM incidents_alertanswer t WHERE t.tenant_id = -27"
)
NOT_DONE = _so_far(6, decided=7, answered=7, reached=7, not_done=1)
CALLED = _so_far(6, answered=7, reached=7, call_me=1)
ANSWERS = [
    *played(
        "office_figures",
        "office:owner",
        CALL,
        ALL_SEVEN,
        (f"UPDATE incidents_alertanswer SET answered_at = {EARLIER} {LAST}", SIX),
        (f"UPDATE incidents_alertanswer SET answered_at = {LATER} {LAST}", SIX),
        (f"UPDATE tenants_enrolment SET contract_end = '2026-04-02' {LAST}", SIX_FIRMS),
        (f"UPDATE tenants_enrolment SET contract_start = '2036-04-01' {LAST}", SIX_FIRMS),
        (f"UPDATE tenants_enrolment SET programme_id = {{elsewhere}} {LAST}", SIX_FIRMS),
        (f"UPDATE incidents_alertanswer SET answer = 'not_done' {LAST}", NOT_DONE),
        (f"UPDATE incidents_alertanswer SET answer = 'call_me' {LAST}", CALLED),
        (AGAIN % (-127, "- interval '1 min'"), ALL_SEVEN),
        (AGAIN % (-127, "+ interval '1 min'"), NOT_DONE),
        # At the same moment the later row counts.
        (AGAIN % (-1, ""), NOT_DONE),
        (NO_ANSWER, SIX),
        (MAILED, UNANSWERED),
        (MAILED + ";UPDATE notifications_outboxmessage SET kind = 'incident' WHERE id = -27", UNANSWERED),
        *(
            (f"{MAILED};UPDATE notifications_outboxmessage SET {put} WHERE id = -27", SIX)
            for put in (
                "kind = 'feedback'",
                "state = 'failed'",
                "returned_at = now()",
                f"sent_at = {EARLIER}",
                f"sent_at = {LATER}",
                "tenant_id = -26",
            )
        ),
        # Four that answered are too few, and so are four firms.
        ("DELETE FROM incidents_alertanswer WHERE tenant_id IN (-21, -26, -27)", []),
        ("DELETE FROM tenants_enrolment WHERE tenant_id IN (-21, -26, -27)", []),
        before=ANSWERED,
    ),
    *asked_by("office_figures", CALL, {"soc:owner": [], "sme:owner": [], "nobody": []}, ANSWERED),
    *asked_by("office_figures", CALL.replace("{programme}", "{elsewhere}"), {"office:owner": []}, ANSWERED),
    Scene("answers_counted", "office:owner", f"SELECT 1 FROM sec.answers_counted({{programme}}, {SPAN})", "42501"),
]

# -- the same over several months: a firm counts once, by the last answer of each month to a notice

JUNE_ON = "'2027-06-01 00:00+09', '2027-07-01 00:00+09'"
MAY_ON = JUNE_ON.replace("06-01", "05-01")
IN_JUNE = ANSWERED + (
    "UPDATE incidents_alertanswer SET answered_at = '2027-06-10 12:00+09';"
    "UPDATE notifications_outboxmessage SET kind = 'feedback';"
)
BEFORE = (
    "INSERT INTO incidents_alertanswer OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record("
    "NULL::incidents_alertanswer, to_jsonb(t) || jsonb_build_object('id', -127, 'act', gen_random_uuid(), 'answer',"
    " '%s', 'answered_at', '%s'))).* FROM incidents_alertanswer t WHERE t.tenant_id = -27;"
)
ONLY_BEFORE = BEFORE + "DELETE FROM incidents_alertanswer WHERE id = -27;"
MAIL_BEFORE = MAILED + ";UPDATE notifications_outboxmessage SET sent_at = '%s' WHERE id = -27;"
BOTH_MAILS = MAIL_BEFORE + (
    "INSERT INTO notifications_outboxmessage SELECT (jsonb_populate_record(NULL::notifications_outboxmessage,"
    " to_jsonb(t) || jsonb_build_object('id', -127, 'key', 'again', 'sent_at', '%s'))).*"
    " FROM notifications_outboxmessage t WHERE t.id = -27;"
)
CONTRACT = f"UPDATE tenants_enrolment SET %s {LAST};"
TWO_CONTRACTS = (CONTRACT % "contract_start = '2027-06-05'") + (
    "INSERT INTO tenants_enrolment (id, tenant_id, programme_id, contract_start, contract_end, chamber_member)"
    " OVERRIDING SYSTEM VALUE VALUES (-127, -27, {programme}, '2026-04-01', '%s', false);"
)
EARLIER_OF = (
    "SELECT coalesce(earlier::text, ''), sum(firms)::int FROM sec.answers_counted({programme}, "
    + JUNE_ON
    + ") WHERE code = '%s' GROUP BY 1 ORDER BY 1"
)
IN_MAY, IN_TIME, TOO_OLD = "2027-05-10 12:00+09", "2025-07-01 00:00+09", "2025-06-30 23:59+09"


def _over_months(what: str, answer: list[tuple[str, int]], span: str = MAY_ON) -> Scene:
    return Scene("office_figures", "office:owner", AT_ONCE % span, answer, IN_JUNE + what)


def _earlier(code: str, what: str, answer: list[tuple[str, int]]) -> Scene:
    return Scene("answers_counted", "platform's own", EARLIER_OF % code, answer, IN_JUNE + what)


OLD_CONTRACT = CONTRACT % "contract_start = '2020-04-01'"
SIX_AND = [("", 6)]
MONTHS = [
    _over_months("", ALL_SEVEN),
    _over_months(BEFORE % ("removed", IN_MAY), ALL_SEVEN),
    _over_months(BEFORE % ("not_done", IN_MAY), _so_far(7, not_done=1)),
    _over_months(ONLY_BEFORE % ("removed", IN_MAY), ALL_SEVEN),
    _over_months(ONLY_BEFORE % ("removed", IN_MAY), SIX, JUNE_ON),
    _over_months(MAIL_BEFORE % IN_MAY, UNANSWERED),
    _over_months(BOTH_MAILS % (IN_MAY, "2027-06-10 12:00+09"), UNANSWERED),
    _over_months(MAIL_BEFORE % IN_MAY, SIX, JUNE_ON),
    # Which month the same firms counted in before.
    _earlier("removed", "", [("", 7)]),
    _earlier("removed", BEFORE % ("removed", IN_MAY), [*SIX_AND, ("2027-05-01", 1)]),
    _earlier("removed", BEFORE % ("not_done", IN_MAY), [("", 7)]),
    _earlier("answered", BEFORE % ("call_me", IN_MAY), [*SIX_AND, ("2027-05-01", 1)]),
    _earlier("removed", ONLY_BEFORE % ("removed", IN_MAY), SIX_AND),
    _earlier("removed", OLD_CONTRACT + BEFORE % ("removed", IN_TIME), [*SIX_AND, ("2025-07-01", 1)]),
    _earlier("removed", OLD_CONTRACT + BEFORE % ("removed", TOO_OLD), [("", 7)]),
    _earlier(
        "removed",
        CONTRACT % "contract_start = '2027-05-20'" + BEFORE % ("removed", IN_MAY),
        [*SIX_AND, ("2027-05-01", 1)],
    ),
    _earlier("removed", CONTRACT % "contract_start = '2027-06-05'" + BEFORE % ("removed", IN_MAY), [("", 7)]),
    _earlier("removed", TWO_CONTRACTS % "2027-05-02" + BEFORE % ("removed", IN_MAY), [*SIX_AND, ("2027-05-01", 1)]),
    _earlier("removed", TWO_CONTRACTS % "2027-04-30" + BEFORE % ("removed", IN_MAY), [("", 7)]),
    _earlier(
        "reached",
        BOTH_MAILS % (IN_MAY, "2027-06-10 12:00+09"),
        [*SIX_AND, ("2027-05-01", 1)],
    ),
    _earlier("reached", MAIL_BEFORE % IN_MAY, SIX_AND),
    _earlier("firms", CONTRACT % "contract_start = '2027-06-05'", [("", 1), ("2027-05-01", 6)]),
    _earlier("firms", TWO_CONTRACTS % "2027-04-30", [("2027-04-01", 1), ("2027-05-01", 6)]),
    _earlier("firms", OLD_CONTRACT + CONTRACT % "contract_end = '2027-06-01'", [("2027-05-01", 7)]),
    _earlier("firms", CONTRACT % "contract_end = '2027-05-31'", [("2027-05-01", 6)]),
    # A notice counts by the last answer of a month, also of months before; at the same moment by the later row.
    _earlier(
        "removed",
        BEFORE % ("removed", IN_MAY)
        + (BEFORE % ("not_done", "2027-05-11 12:00+09"))
        .replace("-127", "-128")
        .replace("= -27", "= -27 AND t.id = -27"),
        [("", 7)],
    ),
]

# -- how satisfied they are with a month's report

THIS_MONTH = "date_trunc('month', now() AT TIME ZONE 'Asia/Tokyo')"
JUDGED = (
    SEVEN
    + _copied("reports_monthlyreport", f"provisional_until = NULL, made_at = now(), month = ({THIS_MONTH})::date")
    + _copied("reports_reportopinion", "", ", 'report_id', n")
)
MONTH_SPAN = f"{THIS_MONTH} AT TIME ZONE 'Asia/Tokyo', ({THIS_MONTH} + interval '1 month') AT TIME ZONE 'Asia/Tokyo'"
OPINIONS = (
    "SELECT (sum(amounts[1]) FILTER (WHERE labels[2] <> ''))::int,"
    f" (sum(amounts[1]) FILTER (WHERE labels[2] = ''))::int, max(labels[2])"
    f" FROM sec.office_figures({{programme}}, {MONTH_SPAN}) WHERE measure = 'opinions'"
)
REPORT_OF_LAST = f"UPDATE reports_monthlyreport SET %s {LAST}"
CHANGED_MIND = (
    "INSERT INTO reports_reportopinion OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record("
    "NULL::reports_reportopinion, to_jsonb(t) || jsonb_build_object('id', -127, 'opinion', 'satisfied', 'given_at',"
    " t.given_at %s))).*"
    " FROM reports_reportopinion t WHERE t.tenant_id = -27"
)
SATISFIED = [
    *played(
        "office_figures",
        "office:owner",
        OPINIONS,
        [(7, 7, "rather")],
        (REPORT_OF_LAST % "provisional_until = now()", [(6, 6, "rather")]),
        (REPORT_OF_LAST % "made_at = NULL", [(7, 6, "rather")]),
        (REPORT_OF_LAST % f"month = ({THIS_MONTH} - interval '1 month')::date", [(6, 6, "rather")]),
        (REPORT_OF_LAST % f"month = ({THIS_MONTH} + interval '1 month')::date", [(6, 6, "rather")]),
        # An opinion that names another firm's report: no key lets that in; it would not be counted either.
        (f"UPDATE reports_reportopinion SET tenant_id = -26 {LAST}", [(6, 7, "rather")]),
        (CHANGED_MIND % "+ interval '1 min'", [(7, 7, "satisfied")]),
        (CHANGED_MIND % "- interval '1 min'", [(7, 7, "rather")]),
        ("DELETE FROM reports_reportopinion WHERE tenant_id IN (-21, -26, -27)", [(None, None, None)]),
        before=JUDGED,
    ),
]

# -- similar firms: seven of one industry and size that were watched all of June

JUNE = "'2026-06-01'"
COUNT = f"SELECT sec.peers_count({JUNE}, '2026-07-01 00:00+09')"
KEPT = "SELECT level, cardinality(members), medians FROM reports_peergroup WHERE level > 0 ORDER BY 1, 2"
OF_SEVEN = "tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e)"
ALIKE = (
    SEVEN
    + "DELETE FROM tenants_enrolment WHERE tenant_id = -23;"
    + "UPDATE tenants_enrolment SET programme_id = {programme}, contract_start = '2026-04-01', contract_end = NULL;"
    + "DELETE FROM sensors_sensor WHERE tenant_id IN (-23);"
    + _copied(
        "sensors_sensor", "state = 'active', activated_at = '2026-06-01 00:00+09'", ", 'device_id', gen_random_uuid()"
    )
    + "UPDATE tenants_organisation SET industry = 'E', staff_count = 3 WHERE kind = 'sme';"
    + "DELETE FROM alerts_noticeday;"
    + "INSERT INTO alerts_noticeday (tenant_id, day, function, direction, grade, notices, mailed, alerts, blocked)"
    + " SELECT e.tenant_id, d, 'ips', 'inbound', g, 20, 10, 617, 26 FROM tenants_enrolment e,"
    + " unnest(ARRAY['2026-06-01'::date, '2026-06-30']) d, unnest(ARRAY[1, 2]) g;"
)
MEDIANS = [2000, 100, 40, 40]
GROUP_OF_SEVEN, GROUP_OF_SIX = [(1, 7, MEDIANS)], [(1, 6, MEDIANS)]
MADE, NOT_MADE = [1], [0]
SENSOR, FIRM_LAST = f"UPDATE sensors_sensor SET %s {LAST}", "UPDATE tenants_organisation SET %s WHERE id = -27"
THREE = "WHERE %s IN (-21, -26, -27)"
OTHER_FIRMS = "UPDATE tenants_enrolment SET programme_id = {elsewhere} " + THREE % "tenant_id"
ANOTHER_ENROLMENT = (
    "INSERT INTO tenants_enrolment (id, tenant_id, programme_id, contract_start, chamber_member) OVERRIDING SYSTEM"
    " VALUE VALUES (%s, -27, {elsewhere}, '%s', false)"
)


def _grouped(groups: list[tuple[int, int, list[int]]], what: str, made: int | None = None) -> Scene:
    answer = ([len(groups) if made is None else made], groups)
    return Scene("peers_count", "platform's own", COUNT, answer, ALIKE + what, KEPT)


PEERS = [
    _grouped(GROUP_OF_SEVEN, ""),
    _grouped(GROUP_OF_SIX, f"UPDATE tenants_enrolment SET contract_start = '2026-06-02' {LAST}"),
    _grouped(GROUP_OF_SEVEN, f"UPDATE tenants_enrolment SET contract_start = '2026-06-01' {LAST}"),
    _grouped(GROUP_OF_SIX, f"UPDATE tenants_enrolment SET contract_end = '2026-06-30' {LAST}"),
    _grouped(GROUP_OF_SEVEN, f"UPDATE tenants_enrolment SET contract_end = '2026-07-01' {LAST}"),
    _grouped(GROUP_OF_SIX, SENSOR % "state = 'retired'"),
    _grouped(GROUP_OF_SIX, SENSOR % "activated_at = '2026-06-01 00:01+09'"),
    _grouped(GROUP_OF_SIX, SENSOR % "tenant_id = -26"),
    _grouped(GROUP_OF_SIX, FIRM_LAST % "industry = ''"),
    _grouped(GROUP_OF_SIX, FIRM_LAST % "industry = 'D'"),
    _grouped(GROUP_OF_SIX, FIRM_LAST % "staff_count = NULL"),
    _grouped(GROUP_OF_SIX, FIRM_LAST % "staff_count = 6"),
    _grouped(GROUP_OF_SEVEN, FIRM_LAST % "staff_count = 5"),
    # The newest enrolment says in which programme a firm is; of two of a day the later row.
    _grouped(GROUP_OF_SIX, ANOTHER_ENROLMENT % (-127, "2026-05-01")),
    _grouped(GROUP_OF_SEVEN, ANOTHER_ENROLMENT % (-127, "2026-03-01")),
    _grouped(GROUP_OF_SIX, ANOTHER_ENROLMENT % (-1, "2026-04-01")),
    # Five of a kind are no group, and what is left is taken on only together with others.
    _grouped([], "DELETE FROM tenants_enrolment WHERE tenant_id IN (-26, -27)"),
    _grouped([(2, 7, MEDIANS)], "UPDATE tenants_organisation SET industry = 'D' " + THREE % "id"),
    _grouped([(2, 7, MEDIANS)], "UPDATE tenants_organisation SET industry = ''"),
    _grouped([(3, 7, MEDIANS)], "UPDATE tenants_organisation SET staff_count = 8 " + THREE % "id"),
    _grouped([(3, 7, MEDIANS)], "UPDATE tenants_organisation SET staff_count = NULL"),
    _grouped([(4, 7, MEDIANS)], OTHER_FIRMS),
    # What lies outside the month does not count.
    _grouped([(1, 7, [1000, 50, 20, 20])], "UPDATE alerts_noticeday SET day = '2026-05-31' WHERE day = '2026-06-01'"),
    _grouped([(1, 7, [1000, 50, 20, 20])], "UPDATE alerts_noticeday SET day = '2026-07-01' WHERE day = '2026-06-30'"),
    _grouped([(1, 7, [2000, 100, 40, 0])], "UPDATE alerts_noticeday SET grade = 0 WHERE grade = 2"),
    _grouped([(1, 7, [0, 0, 0, 0])], "DELETE FROM alerts_noticeday"),
    _grouped([(1, 7, [10, 0, 50, 5])], "UPDATE alerts_noticeday SET alerts = 2, blocked = 0, mailed = 13, notices = 2"),
    _grouped(
        [],
        f"INSERT INTO reports_peergroup VALUES (-1, {JUNE}, 0, '{{}}', '{{}}', '{{}}', now())".replace("{}", "{{}}"),
        0,
    ),
    Scene(
        "peers_count",
        "platform's own",
        COUNT.replace("2026-07-01 00:00", "2026-06-30 23:59"),
        (NOT_MADE, []),
        ALIKE,
        KEPT,
    ),
    # A firm that comes afterwards changes nothing, also when there were too few.
    _grouped(
        [], "DELETE FROM tenants_enrolment WHERE tenant_id IN (-26, -27);" + COUNT + ";" + TWO_MORE.split(";")[1], 0
    ),
    _grouped(
        GROUP_OF_SIX,
        f"DELETE FROM tenants_enrolment {LAST};" + COUNT + ";" + TWO_MORE.split(";")[1].replace("-26, ", ""),
        0,
    ),
]
MEMBERS = "INSERT INTO reports_peergroup VALUES (-1, '2026-06-01', 2, ARRAY[%s], ARRAY['seen'], ARRAY[20], now())"
OWN_MEDIANS = f"SELECT level, least_firms, measure, median FROM sec.peer_medians({JUNE})"
OWN = MEMBERS % "{firm}, 1, 2, 3, 4, 5"
PEERS += [
    *played(
        "peer_medians",
        "sme:read_only",
        OWN_MEDIANS,
        [(2, 6, "seen", 20)],
        ("UPDATE reports_peergroup SET month = '2026-05-01'", []),
        ("UPDATE reports_peergroup SET members = ARRAY[1, 2, 3, 4, 5, 6]", []),
        (
            "UPDATE reports_peergroup SET members = array_cat(members, ARRAY[7, 8, 9, 10]::bigint[])",
            [(2, 10, "seen", 20)],
        ),
        before=OWN,
    ),
    *asked_by("peer_medians", OWN_MEDIANS, {"office:owner": [], "soc:owner": [], "nobody": []}, OWN),
    Scene("reports_peergroup", "sme:owner", "SELECT 1 FROM reports_peergroup", "42501", OWN),
]

# -- late data, and how far a month is

CHECK = "SELECT count(*)::int FROM sec.reports_to_check('2026-07-02 12:00+09', 10) WHERE tenant_id = {firm}"
MADE_IN_JULY = (
    "UPDATE reports_monthlyreport SET month = '2026-06-01', state = 'ready', provisional_until = NULL,"
    " made_at = '2026-07-01 00:10+09', checked_at = NULL WHERE tenant_id = {firm};"
)
THE_REPORT = "UPDATE reports_monthlyreport SET %s WHERE tenant_id = {firm}"
LATE = played(
    "reports_to_check",
    "platform's own",
    CHECK,
    [1],
    (THE_REPORT % "month = '2026-05-01'", [1]),
    (THE_REPORT % "month = '2026-04-01'", [0]),
    (THE_REPORT % "state = 'waiting'", [0]),
    (THE_REPORT % "provisional_until = now()", [0]),
    (THE_REPORT % "made_at = '2026-07-02 11:00+09'", [0]),
    (THE_REPORT % "checked_at = '2026-07-02 11:00+09'", [0]),
    (THE_REPORT % "checked_at = '2026-07-01 16:00+09'", [1]),
    before=MADE_IN_JULY,
)
STATES = (
    "SELECT state, how_many::int, error, firms = ARRAY[{firm}]::bigint[]"
    " FROM sec.month_states('2035-06-01', '2035-06-30') WHERE state <> 'missing'"
)
IN_JUNE = (
    "UPDATE reports_monthlyreport SET month = '2035-06-01', state = 'failed', error = 'x', provisional_until = NULL"
    " WHERE tenant_id = {firm};"
)
PROGRESS = [
    *played(
        "month_states",
        "platform's own",
        STATES,
        [("failed", 1, "x", True)],
        (THE_REPORT % "state = 'ready'", [("ready", 1, "x", False)]),
        (THE_REPORT % "month = '2035-07-01'", []),
        (THE_REPORT % "provisional_until = now()", []),
        before=IN_JUNE,
    ),
    Scene(
        "month_states",
        "platform's own",
        "SELECT how_many > 0, firms FROM sec.month_states('2035-06-01', '2035-06-30') WHERE state = 'missing'",
        [(True, [])],
    ),
]

REPORTED = [*ANSWERS, *MONTHS, *SATISFIED, *PEERS, *LATE, *PROGRESS]
