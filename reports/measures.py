"""One firm's figures of one period, from the database; call inside the firm's scope.

The result is plain JSON (`figures` below): it is stored with the report and never computed again, so a report can
be printed a second time with the same numbers. Words are added when it is printed (reports.pages).
Shape of the published tables: OSK 表4-21, 表4-22, 表4-23 to 4-25; KMM 図63-65.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from alerts.figures import notice_figures
from alerts.models import Alert, AlertGroup, TrafficAggregate
from alerts.models.alert import Direction, Function, Grade
from alerts.selectors import unexamined_reasons
from alerts.threats import threat_of
from alerts.traffic import old_software_between, traffic_between
from incidents.core.questions import open_questions
from incidents.models import Incident
from reports.answered import answers_of_period
from reports.avoided import damage_of_one
from reports.coverage import Coverage
from reports.months import Period, month_of
from reports.trend import trend_of
from reports.verdict import Facts, OpenIncident, judge
from reports.watched import watch_of
from sensors.devices import names_given
from sensors.models import Device
from sensors.protection import patience
from sensors.watching import REPORTED_WITHIN, Cause

VERSION: Final = 3
TOP: Final = 10
TOP_HOSTS: Final = 5
TOP_DEVICES: Final = 10
MOST_ADDRESSES: Final = 3
MOST_INCIDENTS: Final = 20
MOST_EVENTS: Final = 12

Figures = dict[str, Any]


def measure(tenant_id: int, period: Period) -> Figures:
    """All figures of a firm's report but its names. Needs the firm's scope; raises ScopeMissing without."""
    cells = _cells(tenant_id, period)
    devices = _devices(tenant_id, period)
    incidents = _incidents(tenant_id, period)
    watch, seen = watch_of(tenant_id, period)
    notices = notice_figures(tenant_id=tenant_id, start=period.start, end=period.end)
    facts = _facts(tenant_id, period, cells, incidents, watch, seen)
    old = old_software_between(tenant_id=tenant_id, start=period.start, end=period.end)
    figures: Figures = {
        "version": VERSION,
        "watch": watch,
        "totals": _totals(cells),
        "notices": {"told": notices.mailed, "grades": list(notices.grades)},
        "matrix": _matrix(cells, notices.mailed_by),
        "daily": _daily(cells, period),
        "top": {name: _top(tenant_id, period, *columns) for name, columns in TOPS.items()},
        "addresses": _addresses(tenant_id, period),
        "devices": devices[:TOP_DEVICES],
        "device_count": len(devices),
        "incidents": incidents,
        "traffic": _traffic(tenant_id, period),
        "unexamined": [
            list(row) for row in unexamined_reasons(tenant_id=tenant_id, start=period.start, end=period.end)
        ],
        "answers": answers_of_period(tenant_id, period),
        "damage": damage_of_one(tenant_id),
        # None: no program named itself in what the boxes saw.
        "old_software": None if old is None else [software.key for software in old],
        "verdict": judge(facts),
    }
    return figures | {"trend": trend_of(tenant_id, month_of(period.start).first, figures)}


# --- alerts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    day: date
    function: str
    direction: str
    grade: int
    count: int
    blocked: int


def _rows(sql: str, values: Iterable[int | str | datetime]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())


# The firm is named in every query: row-level security alone would cost the index (docs/decisions).
_SPAN: Final = f"FROM {Alert._meta.db_table} WHERE tenant_id = %s AND event_time >= %s AND event_time < %s"
_DEVICE: Final = "coalesce(nullif(asset_mac, ''), host(asset_ip))"


def _cells(tenant_id: int, period: Period) -> list[_Cell]:
    rows = _rows(
        "SELECT (event_time AT TIME ZONE 'Asia/Tokyo')::date, function, direction, grade, count(*),"
        f" count(*) FILTER (WHERE blocked) {_SPAN} GROUP BY 1, 2, 3, 4",
        (tenant_id, period.start, period.end),
    )
    return [_Cell(*row) for row in rows]


def _totals(cells: Iterable[_Cell]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    grades: Counter[int] = Counter()
    for cell in cells:
        counts["alerts"] += cell.count
        counts["blocked"] += cell.blocked
        counts[cell.direction] += cell.count
        counts[f"{cell.direction}_blocked"] += cell.blocked
        grades[cell.grade] += cell.count
    names = ("alerts", "blocked", *Direction.values, *(f"{name}_blocked" for name in Direction.values))
    return {name: counts[name] for name in names} | {"grades": [grades[grade] for grade in Grade.values]}


def _matrix(cells: Iterable[_Cell], mailed: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Rows function × direction that occurred: single alerts by grade 0–3 and blocked; notices that were mailed."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for cell in cells:
        row = rows.setdefault(
            (cell.function, cell.direction),
            {
                "function": cell.function,
                "direction": cell.direction,
                "count": 0,
                "grades": [0, 0, 0, 0],
                "blocked": 0,
                "notices": mailed.get((cell.function, cell.direction), 0),
            },
        )
        row["count"] += cell.count
        row["grades"][cell.grade] += cell.count
        row["blocked"] += cell.blocked
    order = list(Function.values), list(Direction.values)
    return [rows[key] for key in sorted(rows, key=lambda key: (order[0].index(key[0]), order[1].index(key[1])))]


def _daily(cells: Iterable[_Cell], period: Period) -> list[dict[str, Any]]:
    """One row per day of the period, also for days without anything."""
    days = {day: Counter[str]() for day in period.days}
    for cell in cells:
        days[cell.day][cell.direction] += cell.count
        days[cell.day]["blocked"] += cell.blocked
    return [
        {"day": day.isoformat()} | {name: counts[name] for name in (*Direction.values, "blocked")}
        for day, counts in days.items()
    ]


# Table → (function, direction or "" for any, what is ranked).
_WHAT: Final = "signature"
_SITE: Final = "coalesce(nullif(host, ''), host(dest_ip), signature)"
_VIRUS: Final = "signature"
TOPS: Final[Mapping[str, tuple[str, str, str]]] = {
    "attacks": (Function.IPS, Direction.INBOUND, _WHAT),
    "callbacks": (Function.IPS, Direction.OUTBOUND, _WHAT),
    "viruses": (Function.AV, "", _VIRUS),
    "sites": (Function.WG, "", _SITE),
    "weaknesses": (Function.IPS, Direction.INTERNAL, _WHAT),
}


def _top(tenant_id: int, period: Period, function: str, direction: str, what: str) -> dict[str, Any]:
    """The most frequent ones; `of` is the count of all of that kind, so that shares are of all, not of the top.

    (OSK 表4-23 to 4-25 print shares that way.)
    """
    narrowed = " AND function = %s" + (" AND direction = %s" if direction else "")
    values: list[int | str | datetime] = [tenant_id, period.start, period.end, function]
    values += [direction] if direction else []
    rows = _rows(
        f"SELECT {what}, count(*), count(*) FILTER (WHERE blocked), count(DISTINCT {_DEVICE}),"
        " (sum(count(*)) OVER ())::bigint, max(category), max(group_id)"
        f" {_SPAN}{narrowed} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOP}",
        values,
    )
    families = _families(tenant_id, [row[6] for row in rows] if function == Function.IPS else [])
    return {
        "of": rows[0][4] if rows else 0,
        "rows": [
            {
                "name": row[0],
                "threat": threat_of(row[0], row[5], families.get(row[6], "")) if function == Function.IPS else "",
                "count": row[1],
                "blocked": row[2],
                "devices": row[3],
            }
            for row in rows
        ],
    }


def _families(tenant_id: int, group_ids: list[int]) -> dict[int, str]:
    """Group → its signature family, which holds the malware's name where the rule had one."""
    groups = AlertGroup.objects.filter(tenant_id=tenant_id, pk__in=group_ids)
    return dict(groups.values_list("pk", "family")) if group_ids else {}


# The other end of what a device inside was part of; of two inside there is none.
_PEER: Final = "CASE WHEN dest_ip = asset_ip THEN src_ip ELSE dest_ip END"


def _addresses(tenant_id: int, period: Period) -> dict[str, Any]:
    """The most frequent addresses outside, by the way of the connection; `of` counts all that have one."""
    rows = _rows(
        f"SELECT host({_PEER}), direction, count(*), count(*) FILTER (WHERE blocked), count(DISTINCT {_DEVICE}),"
        f" (sum(count(*)) OVER ())::bigint {_SPAN} AND direction IN ('inbound', 'outbound')"
        f" AND {_PEER} IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {TOP}",
        (tenant_id, period.start, period.end),
    )
    names = ("address", "direction", "count", "blocked", "devices")
    return {"of": rows[0][5] if rows else 0, "rows": [dict(zip(names, row[:5], strict=True)) for row in rows]}


def _devices(tenant_id: int, period: Period) -> list[dict[str, Any]]:
    """The firm's devices that were concerned, gravest first; of several addresses the newest first, as elsewhere."""
    rows = _rows(
        "SELECT max(sensor_id), max(asset_mac), count(*), count(*) FILTER (WHERE blocked),"
        " max(grade), count(*) FILTER (WHERE direction = 'inbound'), count(*) FILTER (WHERE direction = 'outbound'),"
        " count(*) FILTER (WHERE direction = 'internal'), max(event_time),"
        " array_remove(array_agg(DISTINCT host(asset_ip)), NULL),"
        " (array_agg(host(asset_ip) ORDER BY event_time DESC) FILTER (WHERE asset_ip IS NOT NULL))[1]"
        f" {_SPAN} AND {_DEVICE} IS NOT NULL GROUP BY {_DEVICE} ORDER BY 5 DESC, 7 DESC, 3 DESC, 11",
        (tenant_id, period.start, period.end),
    )
    called = names_given((tenant_id, row[0], row[1]) for row in rows)
    names = ("mac", "count", "blocked", "grade", "inbound", "outbound", "internal")
    return [
        dict(zip(names, row[1:8], strict=True))
        | {
            "ip": row[10] or "",
            "other_ips": sorted(ip for ip in row[9] if ip != row[10])[: MOST_ADDRESSES - 1],
            "name": called.get((row[0], row[1]), ""),
            "last_at": row[8].isoformat(),
        }
        for row in rows
    ]


# --- incidents --------------------------------------------------------------------------------------------------


def _incidents(tenant_id: int, period: Period) -> list[dict[str, Any]]:
    """Incidents that were open at some time of the period, gravest first, with what was done until now."""
    rows = (
        Incident.objects.filter(tenant_id=tenant_id, opened_at__lt=period.end)
        .exclude(closed_at__lt=period.start)
        .order_by("-grade", "number")
        .prefetch_related("events")
    )[:MOST_INCIDENTS]
    devices = Device.objects.filter(tenant_id=tenant_id, mac__in=[row.asset_key for row in rows])
    named = dict(devices.exclude(given_name="").values_list("mac", "given_name"))
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "grade": row.grade,
            "state": row.state,
            "device": row.asset_key,
            "name": named.get(row.asset_key, ""),
            "opened_at": row.opened_at.isoformat(),
            "closed_at": row.closed_at.isoformat() if row.closed_at else None,
            "events": [
                {"at": event.at.isoformat(), "code": event.code, "data": event.data}
                for event in list(row.events.all())[:MOST_EVENTS]
            ],
        }
        for row in rows
    ]


# --- the box and the traffic ------------------------------------------------------------------------------------


def _traffic(tenant_id: int, period: Period) -> dict[str, Any]:
    """Volumes of the aggregates that began in the period; a period across its end counts where it began."""
    hosts: Counter[str] = Counter()
    rows = TrafficAggregate.objects.filter(
        tenant_id=tenant_id, period_from__gte=period.start, period_from__lt=period.end
    ).values_list("values__top_hosts", flat=True)
    for listed in rows.iterator():
        for pair in listed or []:
            hosts[str(pair[0])] += _whole(pair[1])
    largest = sorted(hosts.items(), key=lambda host: (-host[1], host[0]))
    volumes = traffic_between(tenant_id=tenant_id, start=period.start, end=period.end)
    machines = Device.objects.filter(tenant_id=tenant_id, first_seen_at__lt=period.end, last_seen_at__gte=period.start)
    return {
        "told": volumes is not None,
        "bytes_in": volumes[0] if volumes else 0,
        "bytes_out": volumes[1] if volumes else 0,
        "devices": machines.count(),
        "hosts": [{"name": name, "bytes": number} for name, number in largest[:TOP_HOSTS]],
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


# --- the verdict ------------------------------------------------------------------------------------------------


def _facts(
    tenant_id: int,
    period: Period,
    cells: Iterable[_Cell],
    incidents: Iterable[Mapping[str, Any]],
    watch: Mapping[str, Any],
    seen: Coverage,
) -> Facts:
    counts: Counter[tuple[str, str, int]] = Counter()
    for cell in cells:
        # ★★ and more ask as long as nobody answered or judged them, also those of earlier months.
        if cell.grade < Grade.MEDIUM:
            counts[cell.function, cell.direction, cell.grade] += cell.count
    questions = open_questions(tenant_id).filter(first_at__lt=period.end)
    counts.update(questions.values_list("function", "direction", "grade"))
    protection = (Cause.BYPASS, Cause.UNAVAILABLE, Cause.OFF)
    return Facts(
        counts=dict(counts),
        incidents=tuple(OpenIncident(row["kind"], row["grade"], row["state"] == "closed") for row in incidents),
        boxes=watch["boxes"],
        nothing_seen=seen.nothing_seen,
        silent=bool(seen.lost_to(Cause.SILENT)),
        off=seen.lost_to(*protection).total_seconds() / 60,
        off_now=any(
            hole.cause in protection and hole.exact and hole.end >= period.end - REPORTED_WITHIN for hole in seen.holes
        ),
        patience=patience(tenant_id, period.end),
    )
