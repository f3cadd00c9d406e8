"""Scenes of tests/access/scenes.py: what was detected at the firms of a programme, by month."""

from __future__ import annotations

from typing import Any

from tests.access.scenes import Scene, asked_by, played

_ROW = (
    "INSERT INTO reports_detectionfigure (programme_id, month, measure, labels, amounts, counted_at) VALUES"
    " ({programme}, '2026-%s-01', '%s', ARRAY[%s]::text[], ARRAY[%s]::bigint[], '2027-01-01 00:00+09');"
)


def _kept(month: str, firms: int, grades: int, hit: str) -> str:
    """A month: its firms, alerts of a function, and firms hit: never before, the month before, two months before."""
    return (
        _ROW % (month, "online", "", firms)
        + _ROW % (month, "grades", "'ips','inbound','1'", f"{grades}, 3, 2")
        + _ROW % (month, "firms_all", "'','any'", hit)
        + _ROW % (month, "names", "'ips','scan'", f"{grades}, 0")
        + _ROW % (month, "months", "'ips'", f"{grades}, 2, 1")
    )


TWO = _kept("10", 6, 10, "2, 1, 0") + _kept("11", 7, 20, "1, 2, 3")
ALL = "ARRAY['grades', 'firms_all', 'names', 'months']"


def _call(measure: str, first: str = "2026-10-01", last: str = "2026-11-01", programme: str = "{programme}") -> str:
    return (
        f"SELECT amounts[1]::int FROM sec.detection_figures({programme}, '{first}', '{last}', {ALL})"
        f" WHERE measure = '{measure}' ORDER BY labels"
    )


_FEWER = "UPDATE reports_detectionfigure SET amounts = ARRAY[4] WHERE measure = 'online' AND month = '2026-%s-01'"
_ELSEWHERE = "UPDATE reports_detectionfigure SET programme_id = {elsewhere}"


def _door(measure: str, both: list[int], last: list[int], few: list[int]) -> list[Scene]:
    """Both months; the second, once the first has four firms; nothing, once both have."""
    return [
        *played(
            "detection_figures",
            "office:owner",
            _call(measure),
            both,
            (_FEWER % "10", last),
            (_FEWER % "11" + ";" + _FEWER % "10", few),
            (_ELSEWHERE, []),
            ("DELETE FROM reports_detectionfigure WHERE month = '2026-10-01'", last),
            before=TWO,
        ),
        *asked_by(
            "detection_figures",
            _call(measure),
            {
                who: []
                for who in ("soc:owner", "call_centre:owner", "vendor:owner", "sme:owner", "insurer:owner", "nobody")
            },
            TWO,
        ),
        Scene("detection_figures", "office:owner", _call(measure, first="2026-11-01"), last, TWO),
    ]


DOOR = [
    # Never before: 2 and 1; of the first month the one of before it; of the second those of before the first.
    *_door("firms_all", [2 + 1 + 1 + 3], [6], []),
    *_door("grades", [30], [20], []),
    *_door("names", [30], [20], []),
    *_door("months", [10, 20], [20], []),
    *_door("counted", [6, 7], [7], []),
    *_door("online", [7], [7], [4]),
    Scene("detection_figures", "office:owner", _call("grades", last="2026-10-01"), [10], TWO),
    Scene(
        "detection_figures",
        "office:owner",
        _call("left_out"),
        [5],
        TWO
        + "UPDATE reports_detectionfigure SET amounts = ARRAY[5, 5] WHERE measure = 'names' AND month = '2026-11-01'",
    ),
    Scene(
        "detection_figures",
        "office:owner",
        "SELECT count(*)::int FROM sec.detection_figures({programme}, '2026-10-01', '2026-11-01', ARRAY['grades'])"
        " WHERE measure IN ('names', 'months', 'firms_all')",
        [0],
        TWO,
    ),
    Scene("reports_detectionfigure", "office:owner", "SELECT 1 FROM reports_detectionfigure", "42501", TWO),
    Scene(
        "detections_counted",
        "office:owner",
        "SELECT 1 FROM sec.detections_counted({programme}, '2026-10-01')",
        "42501",
    ),
]

# One firm whose box works since May, with notices of two days and a group of the second.
_READY = (
    "DELETE FROM alerts_noticeday;"
    "DELETE FROM tenants_enrolment WHERE programme_id = {programme} AND tenant_id <> {firm};"
    "DELETE FROM tenants_enrolment e USING tenants_enrolment x WHERE x.tenant_id = e.tenant_id AND x.id > e.id;"
    "UPDATE tenants_enrolment SET programme_id = {programme}, contract_start = '2026-04-01', contract_end = NULL"
    " WHERE tenant_id = {firm};"
    "UPDATE sensors_sensor SET activated_at = '2026-05-01 00:00+09';"
    "INSERT INTO alerts_noticeday (tenant_id, day, function, direction, grade, notices, mailed, alerts, blocked) VALUES"
    " ({firm}, '2026-08-05', 'ips', 'inbound', 1, 1, 1, 8, 0), ({firm}, '2026-10-05', 'ips', 'inbound', 1, 1, 1, 8, 0);"
    "DELETE FROM alerts_alertgroup g USING alerts_alertgroup x WHERE x.tenant_id = g.tenant_id AND x.id > g.id;"
    "UPDATE alerts_alertgroup SET function = 'ips', last_at = '2026-10-05 00:00+09', alert_count = 3, peer = 'p';"
)
_COUNT = "SELECT sec.detections_count({programme}, '2026-10-01', now())"
# Of firms the places of the number 1: never before, a month before, two months before, …
_COUNTED = (
    "SELECT measure, CASE measure WHEN 'firms_all' THEN array_positions(amounts, 1)::bigint[] ELSE amounts END"
    " FROM reports_detectionfigure WHERE programme_id = {programme} AND month = '2026-10-01' AND (measure IN ('grades',"
    " 'months', 'names', 'online', 'weeks_all') OR measure = 'firms_all' AND labels[2] IN ('any', 'online'))"
    " ORDER BY measure, labels"
)


def _october(what: str, *, hit: int = 3, online: int = 2, days: bool = True, group: bool = True) -> Scene:
    """What is kept of October; `hit`, `online`: since when the firm was counted, 0 for not at all."""
    kept = [("firms_all", [place]) for place in (hit if days else 0, online) if place]
    kept += [("grades", [8, 1, 1])] if days else []
    kept += [("months", [3, 1, 1]), ("names", [3, 0])] if group else []
    kept += [("online", [1 if online else 0])]
    kept += [("weeks_all", [8])] if days else []
    return Scene("detections_counted", "platform's own", _COUNT, ([""], kept), _READY + what, _COUNTED)


_CONTRACT = "UPDATE tenants_enrolment SET %s WHERE tenant_id = {firm}"
_BOX = "UPDATE sensors_sensor SET activated_at = %s"
_DAY = "UPDATE alerts_noticeday SET %s WHERE day = '2026-10-05'"
_DAY_BEFORE = "UPDATE alerts_noticeday SET %s WHERE day = '2026-08-05'"
_GROUP = "UPDATE alerts_alertgroup SET last_at = '%s'"
# A second contract of the firm, in another programme, up to its last day.
_ELSEWHERE = (
    ";INSERT INTO tenants_enrolment (id, tenant_id, programme_id, contract_start, contract_end, chamber_member)"
    " OVERRIDING SYSTEM VALUE VALUES (-52, {firm}, {elsewhere}, '2026-04-01', %s, false)"
)
_NOTHING: dict[str, Any] = {"online": 0, "days": False, "group": False}
_NO_DAYS: dict[str, Any] = {"days": False, "group": False}
COUNTING = [
    _october(""),
    _october(_CONTRACT % "contract_start = '2026-10-06'", online=1, **_NO_DAYS),
    _october(_CONTRACT % "contract_start = '2026-10-05'", hit=1, online=1),
    _october(_CONTRACT % "contract_end = '2026-10-04'", **_NO_DAYS),
    _october(_CONTRACT % "contract_end = '2026-10-05'"),
    _october(_CONTRACT % "contract_end = '2026-09-30'", **_NOTHING),
    _october(_CONTRACT % "contract_start = '2026-11-01'", **_NOTHING),
    _october(_CONTRACT % "contract_start = '2026-10-31'", online=1, **_NO_DAYS),
    _october(_CONTRACT % "programme_id = {elsewhere}", **_NOTHING),
    _october(_BOX % "NULL", **_NOTHING),
    _october(_BOX % "'2026-11-01 00:00+09'", **_NOTHING),
    _october(_BOX % "'2026-10-31 23:59+09'", online=1),
    _october(_BOX % "'2026-09-30 23:59+09'"),
    _october("UPDATE sensors_sensor SET tenant_id = {f_foreign} WHERE tenant_id = {firm}", **_NOTHING),
    *(_october(_DAY % f"day = '{day}'", days=False) for day in ("2026-09-30", "2026-11-01")),
    _october(_DAY % "day = '2026-10-01'"),
    _october(_DAY % "day = '2026-10-01', tenant_id = {f_foreign}", days=False),
    _october(_DAY % "alerts = 0", days=False),
    _october(_DAY_BEFORE % "alerts = 0", hit=1),
    _october(_DAY_BEFORE % "tenant_id = {f_foreign}", hit=1),
    _october(_DAY_BEFORE % "day = '2023-09-30'" + ";" + _CONTRACT % "contract_start = '2020-04-01'", hit=1),
    _october(_DAY_BEFORE % "day = '2023-10-01'" + ";" + _CONTRACT % "contract_start = '2020-04-01'", hit=37),
    _october(_DAY_BEFORE % "day = '2026-03-31'", hit=1),
    _october(_DAY_BEFORE % "day = '2026-09-30'", hit=2),
    _october(_DAY_BEFORE % "function = 'av', direction = 'outbound'"),
    _october(
        _CONTRACT % "contract_start = '2026-10-01'" + ";INSERT INTO tenants_enrolment (id, tenant_id, programme_id,"
        " contract_start, contract_end, chamber_member) OVERRIDING SYSTEM VALUE VALUES (-51, {firm}, {programme},"
        " '2026-04-01', '2026-08-20', false)",
        online=3,
    ),
    _october(_CONTRACT % "contract_start = '2026-10-06'" + _ELSEWHERE % "NULL", online=1, **_NO_DAYS),
    _october(_CONTRACT % "contract_start = '2026-10-01'" + _ELSEWHERE % "'2026-08-20'", hit=1, online=1),
    *(_october(_GROUP % at, group=False) for at in ("2026-09-30 23:59+09", "2026-11-01 00:00+09")),
    _october(_GROUP % "2026-10-01 00:00+09"),
]

_DUE = (
    "SELECT month::text FROM sec.detections_to_count('2026-11-20 12:00+09') WHERE programme_id = {programme}"
    " ORDER BY month"
)
_KEPT_AT = (
    "UPDATE tenants_enrolment SET contract_start = '2026-07-10' WHERE programme_id = {programme};"
    "INSERT INTO reports_detectionfigure (programme_id, month, measure, labels, amounts, counted_at) SELECT"
    " {programme}, m::date, 'online', '{{}}', ARRAY[5]::bigint[], %s FROM"
    " generate_series('2026-07-01'::timestamp, '2026-11-01', '1 month') m"
)
DUE = [
    Scene("detections_to_count", "platform's own", _DUE, months, _KEPT_AT % f"'{at}+09'")
    for at, months in (
        ("2026-11-20 11:30", []),
        ("2026-11-20 10:59", ["2026-10-01", "2026-11-01"]),
        ("2026-11-19 23:59", ["2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01"]),
    )
]
DUE += [
    Scene(
        "detections_to_count",
        "platform's own",
        _DUE,
        [f"2026-{month:02}-01" for month in range(7, 12)],
        _KEPT_AT % "'2026-11-20 11:30+09'" + ";UPDATE reports_detectionfigure SET " + change,
    )
    for change in ("programme_id = {elsewhere}", "measure = 'grades'", "month = month + 3650")
]
DETECTED = [*DOOR, *COUNTING, *DUE]
