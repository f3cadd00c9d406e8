"""Scenes of tests/access/scenes.py: figures for the office, of five firms or more of its programme."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps

from tests.access.scenes import Scene, asked_by, played

SPAN = "now() - interval '1 h', now() + interval '1 h'"
EARLIER, LATER = "now() - interval '2 h'", "now() + interval '2 h'"
# Two more firms of the programme; one of another programme, and that one's office.
FIVE = (
    "INSERT INTO tenants_organisation (id, kind, name, name_kana, corporate_number, postal_code, prefecture,"
    " municipality, municipality_code, address, phone, phone_e164, email, industry, created_at) OVERRIDING SYSTEM VALUE"
    " SELECT n, CASE n WHEN -24 THEN 'office' ELSE 'sme' END, 'x', '', '', '', '', '', '', '', '', '', '', '', now()"
    " FROM unnest(ARRAY[-21, -22, -23, -24]) n;"
    "INSERT INTO tenants_enrolment (id, tenant_id, programme_id, contract_start, chamber_member) OVERRIDING SYSTEM"
    " VALUE SELECT n, n, CASE n WHEN -23 THEN {elsewhere} ELSE {programme} END, '2026-04-01', false"
    " FROM unnest(ARRAY[-21, -22, -23]) n;"
    "UPDATE tenants_programme SET office_id = -24 WHERE id = {elsewhere};"
)
ONE_LESS = "DELETE FROM tenants_enrolment WHERE tenant_id = -21"


def _rows(table: str, put: str = "", also: str = "") -> str:
    """A row for each of those firms, like the assigned firm's; then `put` in all rows."""
    changed = f"'id', n, 'tenant_id', n{also}"
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    columns = [f'"{field.column}"' for field in model._meta.local_concrete_fields if not field.generated]
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE SELECT"
        f" {', '.join(f'r.{column}' for column in columns)} FROM {table} t, unnest(ARRAY[-21, -22, -23, -24]) n,"
        f" jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({changed})) r WHERE t.id ="
        f" (SELECT max(id) FROM {table} WHERE tenant_id = {{firm}});" + (f"UPDATE {table} SET {put};" if put else "")
    )


def figures(measure: str, columns: str, answer: Any, none: Any, rows: str, *others: tuple[str, Any]) -> list[Scene]:
    """The office gets `answer`; others, and the office of fewer firms, get `none`; and the answers after `others`."""
    call = f"SELECT {columns} FROM sec.office_figures({{programme}}, {SPAN}) WHERE measure = '{measure}'"
    before = FIVE + rows
    few = [] if measure == "firms" else [(ONE_LESS, none)]
    return [
        *played("office_figures", "office:owner", call, answer, *few, *others, before=before),
        *asked_by("office_figures", call, {"soc:owner": none}, before),
        *asked_by("office_figures", call.replace("{programme}", "{elsewhere}"), {"office:owner": none}, before),
    ]


def _at(table: str, column: str, answer: Any) -> list[tuple[str, Any]]:
    """One of the firm's rows is of another time."""
    return [(f"UPDATE {table} SET {column} = {time} WHERE {_last(table)}", answer) for time in (EARLIER, LATER)]


def _last(table: str) -> str:
    return f"id = (SELECT max(id) FROM {table} WHERE tenant_id = {{firm}})"


CASES = "state = 'solved', closed_at = now()"
CONTACTS = "call_key = '', direction = 'in', offered_at = now(), answered_at = NULL, ended_at = NULL"
ALL = "sum(amounts[1])::int"
OF_CALLS = "(sum(amounts[1]) FILTER (WHERE labels[1] = 'call'))::int"
INQUIRED = "(sum(amounts[1]) FILTER (WHERE labels[1] <> 'call'))::int, " + OF_CALLS
CALLED = "UPDATE incidents_case SET state = 'new';" + _rows(
    "incidents_contact",
    "call_key = '', channel = 'phone', direction = 'in', case_id = NULL, offered_at = now() - interval '1 min',"
    " answered_at = now(), ended_at = NULL",
)
OF_A_CASE = "UPDATE incidents_contact SET case_id = {case};"
DESK = [
    *figures(
        "cases",
        ALL,
        [6],
        [None],
        _rows("incidents_case", CASES),
        *_at("incidents_case", "closed_at", [5]),
        (f"UPDATE incidents_case SET state = 'new' WHERE {_last('incidents_case')}", [5]),
    ),
    *figures(
        "contacts",
        "sum(amounts[1])::int, sum(amounts[2])::int",
        [(6, 0)],
        [(None, None)],
        _rows("incidents_contact", CONTACTS),
        *_at("incidents_contact", "offered_at", [(5, 0)]),
        (f"UPDATE incidents_contact SET direction = 'out' WHERE {_last('incidents_contact')}", [(5, 0)]),
    ),
    *figures(
        "inquiries",
        INQUIRED,
        [(6, None)],
        [(None, None)],
        _rows("incidents_case", "state = 'working', opened_at = now()") + OF_A_CASE,
        *_at("incidents_case", "opened_at", [(5, None)]),
        *(
            (f"UPDATE incidents_case SET state = '{state}' WHERE {_last('incidents_case')}", [(5, None)])
            for state in ("new", "merged")
        ),
    ),
    *figures(
        "inquiries",
        INQUIRED,
        [(None, 6)],
        [(None, None)],
        CALLED,
        *(
            (
                f"UPDATE incidents_contact SET offered_at = {time}, answered_at = {time} WHERE"
                f" {_last('incidents_contact')}",
                [(None, 5)],
            )
            for time in (EARLIER, LATER)
        ),
        *(
            (f"UPDATE incidents_contact SET {change} WHERE {_last('incidents_contact')}", [(None, 5)])
            for change in ("direction = 'out'", "channel = 'mail'", "answered_at = NULL", "case_id = {case}")
        ),
    ),
    *figures("firms", ALL, [5], [None], ""),
]

# Beside the five answers and one of a caller nobody knows: questions nobody answered, asked at another time; another
# kind that one firm answered; an answer that another firm gave to the same question.
REQUESTED = _rows(
    "surveys_feedbackrequest",
    "asked_at = now()",
    ", 'about_id', n, 'token_hash', '\\x00' || lpad(abs(n)::text, 4, '0')",
) + _rows("surveys_feedbackanswer", "given_at = now()", ", 'request_id', n")
MORE_REQUESTED = (
    "INSERT INTO surveys_feedbackrequest OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record("
    "NULL::surveys_feedbackrequest, to_jsonb(t) || jsonb_build_object('id', n, 'kind', CASE n WHEN -33 THEN 'job' ELSE"
    " 'desk' END, 'asked_at', CASE n WHEN -31 THEN " + EARLIER + " WHEN -32 THEN " + LATER + " ELSE now() END,"
    " 'about_id', n, 'token_hash', '\\x01' || lpad(abs(n)::text, 4, '0')))).*"
    " FROM surveys_feedbackrequest t, unnest(ARRAY[-31, -32, -33, -35]) n WHERE t.id = (SELECT max(id) FROM"
    " surveys_feedbackrequest WHERE tenant_id = {firm});"
    "INSERT INTO surveys_feedbackanswer OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record("
    "NULL::surveys_feedbackanswer, to_jsonb(t) || jsonb_build_object('id', -33, 'request_id', -33))).*"
    " FROM surveys_feedbackanswer t WHERE t.id = (SELECT max(id) FROM surveys_feedbackanswer WHERE tenant_id = {firm});"
    "INSERT INTO surveys_feedbackanswer OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record("
    "NULL::surveys_feedbackanswer, to_jsonb(t) || jsonb_build_object('id', -34, 'tenant_id', {f_foreign}))).*"
    " FROM surveys_feedbackanswer t WHERE t.id = (SELECT max(id) FROM surveys_feedbackanswer WHERE tenant_id = {firm});"
    "UPDATE surveys_feedbackrequest SET tenant_id = {office} WHERE id = -24;"
    "UPDATE surveys_feedbackanswer SET tenant_id = {office} WHERE id = -24;"
    "UPDATE surveys_feedbackrequest SET tenant_id = -24 WHERE id = -35;"
    "INSERT INTO surveys_feedbackanswer OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record("
    "NULL::surveys_feedbackanswer, to_jsonb(t) || jsonb_build_object('id', -35, 'request_id', -35, 'tenant_id',"
    " -24))).* FROM surveys_feedbackanswer t WHERE t.id = -33;"
)
GIVEN = "(sum(amounts[1]) FILTER (WHERE labels[2] <> ''))::int, (sum(amounts[1]) FILTER (WHERE labels[2] = ''))::int"
MORE = """more = '{{"remote": "a", "visit": "b"}}', given_at = now()"""
HEARINGS = (
    _rows("surveys_jobhearing", "", ", 'job_id', n") + "INSERT INTO surveys_jobhearing OVERRIDING SYSTEM VALUE SELECT"
    " (jsonb_populate_record(NULL::surveys_jobhearing, to_jsonb(t) || jsonb_build_object('id', -45, 'job_id', -45))).*"
    " FROM surveys_jobhearing t WHERE t." + _last("surveys_jobhearing") + ";"
    """UPDATE surveys_jobhearing SET given_at = now(), answers = '{{"solved": "yes"}}';"""
)
SURVEYED = [
    *figures(
        "feedback",
        GIVEN,
        [(6, 6)],
        [(None, None)],
        REQUESTED + MORE_REQUESTED,
        *_at("surveys_feedbackrequest", "asked_at", [(5, 5)]),
    ),
    *figures(
        "firm_hearings",
        "labels[1], amounts[1]",
        [("remote", 5)],
        [],
        REQUESTED + f"UPDATE surveys_feedbackanswer SET {MORE};"
        """UPDATE surveys_feedbackanswer SET more = '{{"remote": "a"}}' WHERE tenant_id = {firm};""",
        *_at("surveys_feedbackanswer", "given_at", []),
    ),
    # Six jobs of five firms.
    *figures(
        "hearings",
        "labels[1], amounts[1]",
        [("solved", 6)],
        [],
        HEARINGS,
        *_at("surveys_jobhearing", "given_at", [("solved", 5)]),
        ("DELETE FROM surveys_jobhearing WHERE tenant_id = {firm}", []),
    ),
]

INCIDENTS = _rows("incidents_incident", "opened_at = now()")
TOUCHED = "UPDATE incidents_desktask SET incident_id = NULL; UPDATE incidents_incident SET state = 'contacted';"
JOBS = _rows("incidents_job", "", ", 'incident_id', n")
THE_JOB, THE_INCIDENT = "id = {job}", "id = {incident}"
# A job of another firm that names this firm's incident: no key lets that in; it would not be counted either.
UNTOUCHED = f"UPDATE incidents_incident SET state = 'open' WHERE {THE_INCIDENT};"
FINISHED = (
    "UPDATE incidents_desktask SET incident_id = {incident}, done_at = now(), taken_by_id = {owner} WHERE id = {task}"
)
BY_ITSELF = "UPDATE incidents_desktask SET taken_by_id = NULL WHERE id = {task}"
TAKEN_ONLY = "UPDATE incidents_desktask SET done_at = NULL WHERE id = {task}"
STRAY = "UPDATE incidents_job SET incident_id = {incident}"
VISITED = "UPDATE incidents_job SET way = 'on_site', started_at = now() WHERE id = {job};"
WORK = _rows(
    "incidents_workentry",
    "started_at = now(), stopped_at = now() + interval '40 min'",
    ", 'job_id', n, 'key', gen_random_uuid()",
)
CORRECTED = (
    "INSERT INTO incidents_workentry OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::incidents_workentry,"
    " to_jsonb(t) || jsonb_build_object('id', -41, 'minutes', 10, 'reason', 'x', 'corrects_id', t.id%s, 'key',"
    " gen_random_uuid()))).* FROM incidents_workentry t WHERE t." + _last("incidents_workentry")
)
HELPED = [
    *figures(
        "incidents",
        "sum(amounts[1])::int, (sum(amounts[1]) FILTER (WHERE labels[1] = 'true'))::int",
        [(6, 1)],
        [(None, None)],
        INCIDENTS + TOUCHED + VISITED,
        *_at("incidents_incident", "opened_at", [(5, 1)]),
        (f"UPDATE incidents_incident SET merged_into_id = -1 WHERE {_last('incidents_incident')}", [(5, 1)]),
        (f"UPDATE incidents_job SET way = 'remote' WHERE {THE_JOB}", [(6, None)]),
        (f"UPDATE incidents_job SET started_at = NULL WHERE {THE_JOB}", [(6, None)]),
        (
            f"UPDATE incidents_job SET way = 'remote' WHERE {THE_JOB};{STRAY}, way = 'on_site', started_at = now()"
            " WHERE id = {foreign[job]}",
            [(6, None)],
        ),
        # Nobody has moved it on: a vendor that has begun, or a person who finished the desk's task, is a response.
        (UNTOUCHED, [(6, 1)]),
        (UNTOUCHED + f"UPDATE incidents_job SET started_at = NULL WHERE {THE_JOB}", [(5, None)]),
        (
            UNTOUCHED + f"UPDATE incidents_job SET started_at = NULL WHERE {THE_JOB};{STRAY}, started_at = now()"
            " WHERE id = {foreign[job]}",
            [(5, None)],
        ),
        (UNTOUCHED + f"UPDATE incidents_job SET started_at = NULL WHERE {THE_JOB};{FINISHED}", [(6, None)]),
        (UNTOUCHED + f"UPDATE incidents_job SET started_at = NULL WHERE {THE_JOB};{FINISHED};{BY_ITSELF}", [(5, None)]),
        (
            UNTOUCHED + f"UPDATE incidents_job SET started_at = NULL WHERE {THE_JOB};{FINISHED};{TAKEN_ONLY}",
            [(5, None)],
        ),
    ),
    *figures(
        "lead_times",
        "labels[1]::int, amounts[1]",
        [(2, 5)],
        [],
        INCIDENTS + JOBS + "UPDATE incidents_job SET started_at = now() + interval '2 days';",
        (f"UPDATE incidents_incident SET opened_at = {EARLIER} WHERE {THE_INCIDENT}", [(2, 4)]),
        (f"UPDATE incidents_incident SET opened_at = {LATER} WHERE {THE_INCIDENT}", [(2, 4)]),
        (f"UPDATE incidents_job SET started_at = NULL WHERE {THE_JOB}", [(2, 4)]),
        (STRAY + ", started_at = now() + interval '1 day' WHERE id = {foreign[job]}", [(2, 4)]),
    ),
    *figures(
        "minutes",
        "amounts[1], amounts[2]",
        [(200, 5)],
        [],
        WORK,
        *_at("incidents_workentry", "started_at", [(160, 4)]),
        (
            f"UPDATE incidents_workentry SET minutes = NULL, stopped_at = NULL WHERE {_last('incidents_workentry')}",
            [(160, 4)],
        ),
        (CORRECTED % "", [(170, 5)]),
        (CORRECTED % ", 'tenant_id', {f_foreign}", [(210, 5)]),
    ),
    *figures(
        "pay",
        "array_agg(ARRAY[amounts[1], amounts[3]] ORDER BY amounts[1] DESC)",
        [[[6, 288000], [1, 48000]]],
        [None],
        _rows("incidents_invoice", "issued_at = now()", ", 'job_id', n, 'key', gen_random_uuid()"),
        *_at("incidents_invoice", "issued_at", [[[5, 240000], [1, 48000]]]),
        (
            f"UPDATE incidents_invoice SET state = 'void' WHERE {_last('incidents_invoice')}",
            [[[5, 240000], [1, 48000]]],
        ),
    ),
    *figures(
        "visits",
        ALL,
        [7],
        [None],
        JOBS + "UPDATE incidents_job SET incident_id = NULL, way = 'on_site', started_at = now();",
        *_at("incidents_job", "started_at", [6]),
        (f"UPDATE incidents_job SET way = 'remote' WHERE {THE_JOB}", [6]),
        (f"UPDATE incidents_job SET incident_id = 1 WHERE {THE_JOB}", [6]),
    ),
]

# -- figures of months that were counted before

MONTH = "date_trunc('month', now() AT TIME ZONE 'Asia/Tokyo')"
WHOLE = f"{MONTH} AT TIME ZONE 'Asia/Tokyo', ({MONTH} + interval '1 month') AT TIME ZONE 'Asia/Tokyo'"
TAIL = WHOLE.replace("Tokyo',", "Tokyo' + interval '1 us',")
HEAD = WHOLE + " - interval '1 us'"
TWO_MONTHS = WHOLE.replace("1 month", "2 months")
COUNTED = f"SELECT sec.month_count({{programme}}, {MONTH}::date, '2026-01-01 00:00+09');"
COUNTED_ELSEWHERE = f"SELECT sec.month_count({{elsewhere}}, {MONTH}::date, now());"
COUNTED_EARLIER = f"SELECT sec.month_count({{programme}}, ({MONTH} - interval '1 month')::date, now());"
CALLS = _rows("incidents_contact", CONTACTS)
ONE_CALL_LESS = f"UPDATE incidents_contact SET direction = 'out' WHERE {_last('incidents_contact')}"


def _kept(span: str, answer: Any, counted: str) -> Scene:
    """Calls of a time, after one of six was taken back since the month was counted."""
    call = f"SELECT amounts[1] FROM sec.office_figures({{programme}}, {span}) WHERE measure = 'contacts'"
    return Scene("office_figures", "office:owner", call, [answer], FIVE + CALLS + counted + ONE_CALL_LESS)


MINUTES = (
    f"SELECT labels[1], amounts FROM sec.office_figures({{programme}}, {SPAN}) WHERE measure = 'minutes' ORDER BY 1"
)
OTHER_WORK = "UPDATE incidents_workentry SET kind = 'travel' WHERE tenant_id = -21;"
MONTHS_KEPT = [
    _kept(WHOLE, 6, COUNTED),
    _kept(TAIL, 5, COUNTED),
    _kept(HEAD, 5, COUNTED),
    _kept(TWO_MONTHS, 6, COUNTED),
    _kept(WHOLE, 5, COUNTED_ELSEWHERE),
    _kept(WHOLE, 5, COUNTED_EARLIER),
    _kept(WHOLE, 6, COUNTED + COUNTED_ELSEWHERE + COUNTED_EARLIER),
    Scene(
        "office_figures",
        "office:owner",
        f"SELECT counted_at::text FROM sec.office_figures({{programme}}, {WHOLE}) WHERE counted_at IS NOT NULL",
        ["2026-01-01 00:00:00+09"],
        FIVE + COUNTED + "SET LOCAL TIME ZONE 'Asia/Tokyo'",
    ),
    Scene(
        "office_figures",
        "office:owner",
        MINUTES,
        [("hearing", [160, 4]), ("travel", [40, 1])],
        FIVE + WORK + OTHER_WORK,
    ),
    Scene("reports_programmefigure", "office:owner", "SELECT 1 FROM reports_programmefigure", "42501", FIVE + COUNTED),
    Scene("figures_counted", "office:owner", f"SELECT 1 FROM sec.figures_counted({{programme}}, {SPAN})", "42501"),
]

# -- how notices of a kind ended, at five firms of a programme or more

_ALIKE = "SELECT level, outcome, firms FROM sec.outcomes_alike({firm}, 'f', 't') ORDER BY 1, 2"


def _kept_outcomes(programme: str = "{programme}", **cells: int) -> str:
    """Counted rows: `family_real=8`."""
    return ";".join(_cell(programme, *cell.split("_"), firms=firms) for cell, firms in cells.items())


def _cell(programme: str, level: str, outcome: str, *, firms: int) -> str:
    return (
        "INSERT INTO incidents_outcomecount (programme_id, month, level, key, outcome, firms, counted_at) VALUES"
        f" ({programme}, '2026-11-01', '{level}', '{level[0]}', '{outcome}', {firms}, now())"
    )


_ENOUGH = _kept_outcomes(family_real=8, family_open=4)
_ENROLLED = (
    "INSERT INTO tenants_enrolment (id, tenant_id, programme_id, contract_start, chamber_member) OVERRIDING SYSTEM"
    " VALUE VALUES (-31, {firm}, {elsewhere}, '%s', false)"
)
_WHOLE = [("family", "", 10), ("family", "real", 10)]
_READERS = ("sme:owner", "sme:read_only", "soc:owner", "call_centre:owner", "platform:owner")
_OTHERS = ("office:owner", "vendor:owner", "insurer:owner", "outsider", "nobody", "former in soc")
ALIKE = [
    *asked_by("outcomes_alike", _ALIKE, dict.fromkeys(_READERS, _WHOLE) | {who: [] for who in _OTHERS}, _ENOUGH),
    *played(
        "outcomes_alike",
        "sme:owner",
        _ALIKE,
        _WHOLE,
        (_kept_outcomes(threat_clean=50), _WHOLE),
        ("UPDATE incidents_outcomecount SET key = 'g'", []),
        ("UPDATE incidents_outcomecount SET programme_id = {elsewhere}", []),
        (
            _ENROLLED % "2027-04-01",
            [],
        ),
        (
            _ENROLLED % "2020-04-01",
            _WHOLE,
        ),
        ((_ENROLLED % "2027-04-01").replace("{firm}", "{f_foreign}"), _WHOLE),
        before=_ENOUGH,
    ),
    *asked_by(
        "outcomes_alike",
        _ALIKE.replace("{firm}", "{f_foreign}"),
        {who: [] for who in ("sme:owner", "soc:owner", "call_centre:owner")},
        _ENOUGH,
    ),
    Scene("outcomes_alike", "sme:owner", _ALIKE, [], _kept_outcomes(family_real=4, threat_real=3, threat_open=1)),
    Scene("outcomes_alike", "sme:owner", _ALIKE, [("family", "", 5)], _kept_outcomes(family_real=3, family_harmless=2)),
    Scene(
        "outcomes_alike",
        "sme:owner",
        _ALIKE,
        [("family", "", 5), ("family", "real", 5)],
        _kept_outcomes(family_real=5),
    ),
    Scene(
        "outcomes_alike",
        "sme:owner",
        _ALIKE,
        [("threat", "", 10), ("threat", "real", 5)],
        _kept_outcomes(family_real=4, threat_real=6, threat_open=2),
    ),
    Scene("outcomes_alike", "sme:owner", _ALIKE.replace("'t'", "'u'"), [], _kept_outcomes(threat_real=6)),
    Scene("incidents_outcomecount", "sme:owner", "SELECT 1 FROM incidents_outcomecount", "42501", _ENOUGH),
    *played(
        "outcomes_owed",
        "anonymous",
        "SELECT programme_id = {programme} FROM sec.outcomes_owed('2026-11-01') WHERE programme_id = {programme}",
        [True],
        (_kept_outcomes(all_=5).replace("'a'", "''"), []),
        (_kept_outcomes(all_=5).replace("2026-11-01", "2026-12-01"), []),
        (_kept_outcomes(all_=5).replace("2026-11-01", "2026-10-01"), [True]),
        (_kept_outcomes(family_real=5), [True]),
        (_kept_outcomes("{elsewhere}", all_=5), [True]),
    ),
]

_COUNT = "SELECT sec.outcomes_count({programme}, '2026-12-01', ARRAY['f', 'g'], ARRAY['t', 't'], now())"
_COUNTED_ROWS = (
    "SELECT level, key, outcome, firms FROM incidents_outcomecount WHERE programme_id = {programme} ORDER BY 1, 2, 3"
)
_NOTICES = (
    FIVE
    + _rows("alerts_alertgroup")
    + "DELETE FROM alerts_alertgroup g USING alerts_alertgroup x WHERE x.tenant_id = g.tenant_id AND x.id > g.id;"
    + "UPDATE alerts_alertgroup SET grade = 2, hour = '2026-11-20', family = 'f', soc_verdict = '';"
    + _rows("incidents_alertanswer", "", ", 'group_id', n")
    + "DELETE FROM incidents_alertanswer WHERE tenant_id <> -21;"
    " UPDATE incidents_alertanswer SET answer = 'call_me', answered_at = now();"
)
_ONE = "UPDATE alerts_alertgroup SET %s WHERE tenant_id = -21"
_SAID = "UPDATE incidents_alertanswer SET answer = '%s'"
_ALL_OPEN = ([3], [("all", "", "", 5), ("family", "f", "open", 5), ("threat", "t", "open", 5)])


def _ending(outcome: str) -> Any:
    """Of five firms one had this outcome."""
    rows = [
        (level, key, end, n)
        for level, key in (("family", "f"), ("threat", "t"))
        for end, n in ((outcome, 1), ("open", 4))
    ]
    return [5], [("all", "", "", 5), *sorted(rows)]


_FOUR = ([3], [("all", "", "", 5), ("family", "f", "open", 4), ("threat", "t", "open", 4)])
OUTCOMES_COUNTED = [
    Scene("outcomes_count", "anonymous", _COUNT, answer, _NOTICES + before, _COUNTED_ROWS)
    for before, answer in (
        ("", _ALL_OPEN),
        (_ONE % "soc_verdict = 'true_positive'", _ending("real")),
        (_ONE % "soc_verdict = 'false_positive'", _ending("harmless")),
        (_ONE % "soc_verdict = 'harmless'", _ending("harmless")),
        (_ONE % "soc_verdict = 'dealt_with'", _ending("other")),
        *((_SAID % answer, _ending("real")) for answer in ("removed", "reinstalled", "uninstalled")),
        (_SAID % "clean_scan", _ending("clean")),
        *((_SAID % answer, _ending("other")) for answer in ("warned", "other")),
        (_SAID % "removed" + ", tenant_id = -22", _ALL_OPEN),
        (_SAID % "removed" + ", group_id = -99", _ALL_OPEN),
        (_ONE % "grade = 3", _ALL_OPEN),
        (_ONE % "grade = 1", _FOUR),
        (_ONE % "hour = '2026-11-30 23:00+09'", _ALL_OPEN),
        (_ONE % "hour = '2026-12-01 00:00+09'", _FOUR),
        (_ONE % "hour = '2025-12-01 00:00+09'", _ALL_OPEN),
        (_ONE % "hour = '2025-11-30 23:00+09'", _FOUR),
        (
            _ONE % "family = 'g'",
            (
                [4],
                [
                    ("all", "", "", 5),
                    ("family", "f", "open", 4),
                    ("family", "g", "open", 1),
                    ("threat", "t", "open", 5),
                ],
            ),
        ),
        (_ONE % "family = 'h'", ([4], [*_FOUR[1][:2], ("family", "h", "open", 1), _FOUR[1][2]])),
        (_kept_outcomes(family_real=8), _ALL_OPEN),
        (_kept_outcomes("{elsewhere}", all_=8).replace("2026-11-01", "2026-12-01"), _ALL_OPEN),
        (
            _kept_outcomes(all_=8).replace("2026-11-01", "2026-12-01"),
            ([0], [("all", "a", "", 8)]),
        ),
    )
]
FAMILIES = [
    *played(
        "families_seen",
        "anonymous",
        "SELECT * FROM sec.families_seen('2026-12-01')",
        [("f", "new", "c", "ips")],
        (_ONE % "hour = '2026-12-01 00:00+09', family = 'g'", [("f", "new", "c", "ips")]),
        (_ONE % "hour = '2025-11-30 23:00+09', family = 'g'", [("f", "new", "c", "ips")]),
        (_ONE % "grade = 1, family = 'g'", [("f", "new", "c", "ips")]),
        (
            _ONE % "hour = '2025-12-01 00:00+09', family = 'g', signature = 'x'",
            [("f", "new", "c", "ips"), ("g", "x", "c", "ips")],
        ),
        before=_NOTICES
        + "UPDATE alerts_alertgroup SET signature = 'old', category = 'c', function = 'ips', last_at = '2026-11-20';"
        "UPDATE alerts_alertgroup SET signature = 'new', last_at = '2026-11-21' WHERE tenant_id = -22;",
    ),
]

# -- the firms that let themselves be seen by name

SEEN = "SELECT active_boxes, last_seen_at < now() + interval '1 min', incidents, open_incidents FROM sec.office_firms()"
AGREED = (
    "UPDATE sensors_sensor SET last_seen_at = now() + interval '1 h' WHERE tenant_id <> {firm};"
    "INSERT INTO tenants_consent (tenant_id, field_group, version, given_at, given_by_id)"
    " SELECT o.id, 'incidents', 1, now(), {owner} FROM tenants_organisation o WHERE o.kind = 'sme';"
)
TAKEN_BACK = "UPDATE tenants_consent SET revoked_at = now() WHERE tenant_id = {firm} AND field_group = '%s'"
NAMED = played(
    "office_firms",
    "office:owner",
    SEEN,
    [(1, True, 2, 2)],
    (TAKEN_BACK % "watching", [(None, None, 2, 2)]),
    (TAKEN_BACK % "incidents", [(1, True, None, None)]),
    ("UPDATE sensors_sensor SET state = 'retired' WHERE tenant_id = {firm}", [(0, True, 2, 2)]),
    ("UPDATE incidents_incident SET state = 'closed' WHERE id = {incident}", [(1, True, 2, 1)]),
    before=AGREED,
) + played(
    "office_firms",
    "office:owner",
    "SELECT contract_start::text FROM sec.office_firms()",
    ["2026-04-01"],
    ("UPDATE tenants_enrolment SET contract_start = '2030-04-01' WHERE tenant_id <> {firm}", ["2026-04-01"]),
)

# -- firms found by parts of their names and numbers

PLACED = (
    "UPDATE tenants_organisation SET name = 'やまだ製作所', name_kana = 'みみず', prefecture = 'みどり県',"
    " municipality = '松本市', industry = 'E', phone = '06-6944-6000 内121212' WHERE id = {firm};"
    "UPDATE tenants_organisation SET name = 'やまだ商店', name_kana = 'みみず', phone = '06-6944-6000',"
    " prefecture = 'みどり県', municipality = '松本市', industry = 'E' WHERE id IN ({f_foreign}, {f_expired});"
)
_BRACES = {ord("{"): "{{", ord("}"): "}}"}  # for str.format
STAFF = ("call_centre:owner", "soc:read_only", "office:owner", "sme:read_only")


def _located(function: str, typed: dict[str, bool]) -> list[Scene]:
    """Whether what was typed finds the assigned firm, and no other: by people whose work it is."""
    calls = [
        (f"SELECT tenant_id = {{firm}} FROM sec.{function}('{words}', 10)", [True] if fits else [])
        for words, fits in typed.items()
    ]
    apart: dict[str, Any] = {"vendor:owner": [], "insurer:owner": [], "outreach:owner": [], "nobody": []}
    return [
        *(Scene(function, who, call, answer, PLACED) for call, answer in calls for who in STAFF),
        *asked_by(function, calls[0][0], apart, PLACED),
    ]


LOCATED = [
    *_located("firms_named", {"やまだ": True, "作": True, "みみず": True, "みみみ": False, "松本": False}),
    *_located("firms_numbered", {"6944": True, "669446000": True, "694": False, "00000": False, "12121212": False}),
]


_LETTERS = (
    "UPDATE tenants_organisation SET name = '株式会社ヤマダ製作所', address = 'みどり県松本市1ー2-3' WHERE id = {firm};"
    "UPDATE tenants_organisation SET name = 'やまだ商店', address = 'みどり県長野市9' WHERE id <> {firm}"
)
_IN_TEXT = "SELECT tenant_id = {firm} FROM sec.firms_in_words('%s', ARRAY[%s]::text[], ARRAY[%s]::text[], 10)"
_IN_A_TEXT = _IN_TEXT % ("例えばやまだ製作所は", "'例え', 'やまだ製'", "")
_AT_A_PLACE = _IN_TEXT % ("みどり県松本市1-2-3の会社", "'みど'", "'みどり県松本市1'")
IN_TEXTS = [
    *asked_by(
        "firms_in_words", _IN_A_TEXT, {who: [True] for who in STAFF} | {"vendor:owner": [], "nobody": []}, _LETTERS
    ),
    *asked_by("firms_in_words", _AT_A_PLACE, {"soc:owner": [True], "vendor:owner": [], "insurer:owner": []}, _LETTERS),
    *(
        Scene("firms_in_words", "soc:owner", call, [], f"{_LETTERS};{before}")
        for call, before in (
            (_IN_TEXT % ("やまだ製鉄", "'やまだ製'", ""), ""),
            (_IN_TEXT % ("やまだ製作所", "'やま'", ""), ""),
            (_IN_TEXT % ("みどり県松本市1-2の会社", "'みど'", "'みどり県松本市1'"), ""),
            (_IN_TEXT % ("松本", "'松', '本'", ""), "UPDATE tenants_organisation SET name = '松' WHERE id = {firm}"),
            (
                _IN_TEXT % ("松本市1", "", "'松本市1'"),
                "UPDATE tenants_organisation SET address = '松本市1' WHERE id = {firm}",
            ),
            (_IN_A_TEXT, "UPDATE tenants_organisation SET kind = 'vendor' WHERE id = {firm}"),
            (_AT_A_PLACE, "UPDATE tenants_organisation SET kind = 'vendor' WHERE id = {firm}"),
        )
    ),
    Scene("firms_in_words", "soc:owner", _IN_A_TEXT.replace("10)", "0)"), [], _LETTERS),
]


def _of_office(asked: str, firms: str, fits: bool) -> list[Scene]:
    """Whether the office's firm is listed, and counted, for such a search."""
    ids = f"SELECT tenant_id = {{firm}} FROM sec.office_firm_ids('{asked}', {firms}, 0, 10)"
    listed = f"SELECT tenant_id = {{firm}} FROM sec.office_firms('{asked}', {firms})"
    counted = f"SELECT every, matches FROM sec.office_firms_counted('{asked}', {firms}, 10)"
    return [
        *(
            Scene(call[0], "office:owner", call[1], [True] if fits else [], PLACED)
            for call in (("office_firm_ids", ids), ("office_firms", listed))
        ),
        Scene("office_firms_counted", "office:owner", counted, [(1, int(fits))], PLACED),
    ]


def _words(*words: tuple[str, list[str]]) -> str:
    asked = [{"words": word, "industries": industries} for word, industries in words]
    return json.dumps(asked, ensure_ascii=False).translate(_BRACES)


AGREED_OF = "SELECT every, agreed FROM sec.office_firms_counted('[]', NULL, 10)"
SEARCHED = [
    *_of_office("[]", "NULL", fits=True),
    *_of_office(_words(("やまだ製", [])), "NULL", fits=True),
    *_of_office(_words(("作製", [])), "NULL", fits=False),
    *_of_office(_words(("やまやま", [])), "NULL", fits=False),
    *_of_office(_words(("%", [])), "NULL", fits=False),
    *_of_office(_words(("松本", [])), "NULL", fits=True),
    *_of_office(_words(("松本", []), ("横浜", [])), "NULL", fits=False),
    *_of_office(_words(("ものづくり", ["E"])), "NULL", fits=True),
    *_of_office(_words(("ものづくり", ["D"])), "NULL", fits=False),
    *_of_office(_words(("やまだ", ["D"])), "NULL", fits=True),
    *_of_office(_words(("やまだまだ", ["D"])), "NULL", fits=False),
    *_of_office(_words(("松本", []), ("ものづくり", ["E"])), "NULL", fits=True),
    *_of_office(_words(("ものづくり", ["E"]), ("もの", ["D"])), "NULL", fits=False),
    *_of_office("[]", "ARRAY[{firm}]", fits=True),
    *_of_office("[]", "ARRAY[{f_foreign}]", fits=False),
    *played(
        "office_firms_counted", "office:owner", AGREED_OF, [(1, 1)], (TAKEN_BACK % "watching", [(1, 0)]), before=AGREED
    ),
    # Of an office of so many firms nobody counts who agreed.
    Scene("office_firms_counted", "office:owner", AGREED_OF.replace("10)", "1)"), [(1, None)], AGREED),
    *asked_by(
        "office_firms_counted",
        AGREED_OF,
        {who: [(0, 0)] for who in ("soc:owner", "call_centre:owner", "nobody")},
        AGREED,
    ),
    *asked_by(
        "office_firm_ids",
        "SELECT tenant_id FROM sec.office_firm_ids('[]', NULL, 0, 10)",
        {who: [] for who in ("soc:owner", "call_centre:owner", "sme:owner", "nobody")},
        AGREED,
    ),
]

FIGURES = [
    *(*DESK, *SURVEYED, *HELPED, *MONTHS_KEPT, *NAMED, *LOCATED, *SEARCHED),
    *(*ALIKE, *OUTCOMES_COUNTED, *FAMILIES, *IN_TEXTS),
]
