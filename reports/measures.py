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

from alerts.models import Alert, TrafficAggregate
from alerts.models.alert import Direction, Function, Grade, Notify
from incidents.models import Incident
from notifications.models import Attention
from reports.coverage import SILENCE, BoxRecord, Coverage, coverage
from reports.months import days_between
from reports.verdict import Facts, OpenIncident, judge
from sensors.models import Sensor
from sensors.rules import subject_key

VERSION: Final = 1
TOP: Final = 5
TOP_DEVICES: Final = 10
MOST_INCIDENTS: Final = 20
MOST_EVENTS: Final = 12

Figures = dict[str, Any]


@dataclass(frozen=True)
class Period:
    """[start, end) of the figures."""

    start: datetime
    end: datetime

    @property
    def days(self) -> list[date]:
        """The JST days it touches."""
        return days_between(self.start, self.end)


def measure(tenant_id: int, period: Period) -> Figures:
    """All figures of a firm's report but its names. Needs the firm's scope; raises ScopeMissing without."""
    cells = _cells(tenant_id, period)
    devices = _devices(tenant_id, period)
    incidents = _incidents(tenant_id, period)
    watch, seen = _watch(tenant_id, period)
    facts = _facts(cells, incidents, watch, seen)
    return {
        "version": VERSION,
        "watch": watch,
        "totals": _totals(cells),
        "matrix": _matrix(cells),
        "daily": _daily(cells, period),
        "top": {name: _top(tenant_id, period, *asked) for name, asked in TOPS.items()},
        "devices": devices[:TOP_DEVICES],
        "device_count": len(devices),
        "incidents": incidents,
        "traffic": _traffic(tenant_id, period),
        "verdict": judge(facts),
    }


# --- alerts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    day: date
    function: str
    direction: str
    grade: int
    notify: str
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
        "SELECT (event_time AT TIME ZONE 'Asia/Tokyo')::date, function, direction, grade, notify, count(*),"
        f" count(*) FILTER (WHERE blocked) {_SPAN} GROUP BY 1, 2, 3, 4, 5",
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
        if cell.notify != Notify.NONE:
            counts["notified"] += cell.count
        grades[cell.grade] += cell.count
    names = ("alerts", "blocked", "notified", *Direction.values, *(f"{name}_blocked" for name in Direction.values))
    return {name: counts[name] for name in names} | {"grades": [grades[grade] for grade in Grade.values]}


def _matrix(cells: Iterable[_Cell]) -> list[dict[str, Any]]:
    """Rows function × direction that occurred, with counts by grade 0–3, blocked and notified."""
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
                "notified": 0,
            },
        )
        row["count"] += cell.count
        row["grades"][cell.grade] += cell.count
        row["blocked"] += cell.blocked
        row["notified"] += cell.count if cell.notify != Notify.NONE else 0
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
        f" (sum(count(*)) OVER ())::bigint {_SPAN}{narrowed} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOP}",
        values,
    )
    return {
        "of": rows[0][4] if rows else 0,
        "rows": [{"name": row[0], "count": row[1], "blocked": row[2], "devices": row[3]} for row in rows],
    }


def _devices(tenant_id: int, period: Period) -> list[dict[str, Any]]:
    """The firm's devices that were concerned, gravest first."""
    rows = _rows(
        "SELECT coalesce(max(host(asset_ip)), ''), max(asset_mac), count(*), count(*) FILTER (WHERE blocked),"
        " max(grade), count(*) FILTER (WHERE direction = 'inbound'), count(*) FILTER (WHERE direction = 'outbound'),"
        f" count(*) FILTER (WHERE direction = 'internal'), max(event_time) {_SPAN} AND {_DEVICE} IS NOT NULL"
        f" GROUP BY {_DEVICE} ORDER BY 5 DESC, 7 DESC, 3 DESC, 1",
        (tenant_id, period.start, period.end),
    )
    names = ("ip", "mac", "count", "blocked", "grade", "inbound", "outbound", "internal")
    return [dict(zip(names, row, strict=False)) | {"last_at": row[8].isoformat()} for row in rows]


# --- incidents --------------------------------------------------------------------------------------------------


def _incidents(tenant_id: int, period: Period) -> list[dict[str, Any]]:
    """Incidents that were open at some time of the period, gravest first, with what was done until now."""
    rows = (
        Incident.objects.filter(tenant_id=tenant_id, opened_at__lt=period.end)
        .exclude(closed_at__lt=period.start)
        .order_by("-grade", "number")
        .prefetch_related("events")
    )
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "grade": row.grade,
            "state": row.state,
            "device": row.asset_key,
            "opened_at": row.opened_at.isoformat(),
            "closed_at": row.closed_at.isoformat() if row.closed_at else None,
            "events": [
                {"at": event.at.isoformat(), "code": event.code, "data": event.data}
                for event in list(row.events.all())[:MOST_EVENTS]
            ],
        }
        for row in rows[:MOST_INCIDENTS]
    ]


# --- the box and the traffic ------------------------------------------------------------------------------------


def _watch(tenant_id: int, period: Period) -> tuple[dict[str, Any], Coverage]:
    sensors = Sensor.objects.filter(tenant_id=tenant_id).exclude(state=Sensor.State.RETIRED).order_by("pk")
    working = [sensor for sensor in sensors if sensor.activated_at and sensor.activated_at < period.end]
    told = _told(tenant_id, period)
    silences = _silences(tenant_id, period)
    records = [
        BoxRecord(
            sensor.activated_at,
            sensor.last_seen_at,
            tuple(silences.get(subject_key(sensor.pk), [])),
            tuple(told.get(sensor.pk, [])),
        )
        for sensor in working
    ]
    # Before its start a box could not watch: that is told as "since", not as a gap.
    since = min((sensor.activated_at for sensor in working), default=None)
    begun = max(period.start, since) if since else period.start
    seen = coverage(records, begun, period.end)
    newest = max(working, key=lambda sensor: sensor.last_seen_at or sensor.activated_at, default=None)
    heartbeat = newest.heartbeat if newest and isinstance(newest.heartbeat, dict) else {}
    watch = {
        "boxes": len(working),
        "since": since.isoformat() if since and since > period.start else None,
        "days": len(period.days),
        "watched_days": seen.watched_days,
        "gaps": [[start.isoformat(), end.isoformat()] for start, end in seen.gaps],
        "nothing_seen": seen.nothing_seen,
        "protection": heartbeat.get("protection", ""),
        "functions": heartbeat.get("functions", {}),
        "last_seen_at": newest.last_seen_at.isoformat() if newest and newest.last_seen_at else None,
    }
    return watch, seen


def _silences(tenant_id: int, period: Period) -> dict[str, list[tuple[datetime, datetime]]]:
    """Times boxes were silent, by the name the attention gives the box."""
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    rows = Attention.objects.filter(
        tenant_id=tenant_id, kind=Attention.Kind.BOX_SILENT, opened_at__lt=period.end + SILENCE
    ).exclude(closed_at__lt=period.start)
    for row in rows:
        began = _moment(row.facts.get("last_seen_at")) or row.opened_at - SILENCE
        spans.setdefault(row.subject_key, []).append((began, row.closed_at or period.end))
    return spans


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _told(tenant_id: int, period: Period) -> dict[int, list[tuple[datetime, datetime]]]:
    """Times the boxes sent traffic counts about, even if they sent them much later."""
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = TrafficAggregate.objects.filter(
        tenant_id=tenant_id, period_from__lt=period.end, period_to__gt=period.start
    ).values_list("sensor_id", "period_from", "period_to")
    for sensor_id, start, end in rows:
        spans.setdefault(sensor_id, []).append((start, end))
    return spans


def _traffic(tenant_id: int, period: Period) -> dict[str, Any]:
    """Volumes of the aggregates that began in the period; a period across its end counts where it began."""
    sums: Counter[str] = Counter()
    hosts: Counter[str] = Counter()
    addresses: set[str] = set()
    rows = TrafficAggregate.objects.filter(
        tenant_id=tenant_id, period_from__gte=period.start, period_from__lt=period.end
    ).values_list("values", flat=True)
    for values in rows.iterator():
        for name in ("bytes_in", "bytes_out", "flows"):
            sums[name] += _whole(values.get(name))
        for pair in values.get("top_hosts") or []:
            hosts[str(pair[0])] += _whole(pair[1])
        addresses.update(str(device.get("mac") or device.get("ip")) for device in values.get("devices") or [])
    largest = sorted(hosts.items(), key=lambda host: (-host[1], host[0]))
    return {
        "bytes_in": sums["bytes_in"],
        "bytes_out": sums["bytes_out"],
        "flows": sums["flows"],
        "devices": len(addresses),
        "hosts": [{"name": name, "bytes": number} for name, number in largest[:TOP]],
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


# --- the verdict ------------------------------------------------------------------------------------------------


def _facts(
    cells: Iterable[_Cell], incidents: Iterable[Mapping[str, Any]], watch: Mapping[str, Any], seen: Coverage
) -> Facts:
    told: Counter[tuple[str, str, int]] = Counter()
    for cell in cells:
        told[cell.function, cell.direction, cell.grade] += cell.count
    return Facts(
        counts=dict(told),
        incidents=tuple(OpenIncident(row["kind"], row["grade"], row["state"] == "closed") for row in incidents),
        boxes=watch["boxes"],
        nothing_seen=seen.nothing_seen,
        gaps=bool(seen.gaps),
        protection=watch["protection"],
    )
