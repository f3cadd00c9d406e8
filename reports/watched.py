"""When a firm's boxes watched in a period: from what they reported, minute by minute and function by function."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from alerts.models import TrafficAggregate
from notifications.models import Attention
from reports.coverage import BoxRecord, Coverage, coverage
from reports.months import Period
from sensors.models import ProtectionDay, Sensor, WatchGap
from sensors.selectors import boxes_read
from sensors.watching import REPORTED_WITHIN, Between, Cause, gaps_between

Spans = dict[tuple[str, str], list[tuple[datetime, datetime]]]


def watch_of(tenant_id: int, period: Period) -> tuple[dict[str, Any], Coverage]:
    """When a firm's boxes watched, as plain figures of the report and as spans; call inside the firm's scope."""
    in_use = [sensor for sensor in boxes_read(tenant_id=tenant_id) if sensor.state != Sensor.State.RETIRED]
    working = [sensor for sensor in in_use if sensor.activated_at and sensor.activated_at < period.end]
    # Before its start a box could not watch: the report says since when it watches, and shows no gap.
    since = min((sensor.activated_at for sensor in working if sensor.activated_at), default=None)
    begun = max(period.start, since) if since else period.start
    seen = coverage(_records(tenant_id, working, Period(begun, period.end)), begun, period.end)
    last_seen = max((sensor.last_seen_at for sensor in working if sensor.last_seen_at), default=None)
    minutes = max(int((period.end - begun).total_seconds() // 60), 0)
    watch = {
        "boxes": len(working),
        "since": since.isoformat() if since and since > period.start else None,
        "days": len(period.days),
        "watched_days": seen.watched_days,
        "minutes": minutes,
        "watched_minutes": min(int(seen.seen.total_seconds() // 60), minutes),
        "gaps": [
            {
                "start": hole.start.isoformat(),
                "end": hole.end.isoformat(),
                "seconds": int(hole.length.total_seconds()),
                "cause": hole.cause.value,
                "exact": hole.exact,
            }
            for hole in seen.holes
        ],
        "nothing_seen": seen.nothing_seen,
        # function → whole minutes it did not judge; functions that no box has or reports are left out.
        "functions": {
            name: -int(-lost.total_seconds() // 60)
            for name, lost in seen.unwatched.items()
            if any(name in sensor.heartbeat.get("functions", {}) for sensor in working)
        },
        "unused": sorted(seen.unused),
        "last_seen_at": last_seen.isoformat() if last_seen else None,
    }
    return watch, seen


def _records(tenant_id: int, sensors: Iterable[Sensor], period: Period) -> list[BoxRecord]:
    counted, silences = _counted_spans(tenant_id, period), _silences(tenant_id, period)
    gaps, off = _gaps(tenant_id, period), _off_by_day(tenant_id, period)
    return [
        BoxRecord(
            sensor.activated_at,
            sensor.last_seen_at,
            tuple(silences.get(sensor.pk, [])),
            tuple(counted.get(sensor.pk, [])),
            _until_the_end(sensor, gaps.get(sensor.pk, {}), period.end),
            off.get(sensor.pk, {}),
            _never_had(sensor, gaps.get(sensor.pk, {})),
        )
        for sensor in sensors
    ]


def _gaps(tenant_id: int, period: Period) -> dict[int, Spans]:
    """Box → (function, cause) → spans in which it did not judge, according to its reports."""
    gaps: dict[int, Spans] = {}
    rows = WatchGap.objects.filter(tenant_id=tenant_id, began_at__lt=period.end, ended_at__gt=period.start)
    for row in rows:
        spans = gaps.setdefault(row.sensor_id, {}).setdefault((row.function, row.cause), [])
        spans.append((row.began_at, row.ended_at))
    return gaps


def _until_the_end(sensor: Sensor, spans: Spans, end: datetime) -> Spans:
    """What the last report said goes on until the end of the period."""
    if sensor.last_seen_at is None or sensor.last_seen_at >= end:
        return spans
    tail = Between(sensor.heartbeat, {}, sensor.last_seen_at, min(end, sensor.last_seen_at + REPORTED_WITHIN), 0, None)
    longer = {key: list(value) for key, value in spans.items()}
    for gap in gaps_between(tail):
        longer.setdefault((gap.function, gap.cause), []).append((gap.start, gap.end))
    return longer


def _never_had(sensor: Sensor, spans: Spans) -> frozenset[str]:
    """Functions that were off from the box's first report to its last, and not because the platform ordered it."""
    return frozenset(
        function
        for (function, cause), times in spans.items()
        if cause == Cause.OFF
        and function not in sensor.switched_off
        and sensor.heartbeat.get("functions", {}).get(function) == "off"
        and len(times) == 1
        and sensor.activated_at is not None
        and times[0][0] <= sensor.activated_at
    )


def _off_by_day(tenant_id: int, period: Period) -> dict[int, dict[date, int]]:
    """Box → day → seconds that went around its engine, as the box adds them up."""
    by_box: dict[int, dict[date, int]] = {}
    days = ProtectionDay.objects.filter(tenant_id=tenant_id, day__in=period.days, off_s__gt=0)
    for sensor_id, day, seconds in days.values_list("sensor_id", "day", "off_s"):
        by_box.setdefault(sensor_id, {})[day] = seconds
    return by_box


def _silences(tenant_id: int, period: Period) -> dict[int, list[tuple[datetime, datetime]]]:
    """Box → the times it was silent."""
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = Attention.objects.filter(tenant_id=tenant_id, kind=Attention.Kind.BOX_SILENT)
    for row in rows.exclude(closed_at__lt=period.start):
        began = _moment(row.facts.get("last_seen_at")) or row.opened_at
        if began < period.end:
            spans.setdefault(row.about_id, []).append((began, row.closed_at or period.end))
    return spans


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _counted_spans(tenant_id: int, period: Period) -> dict[int, list[tuple[datetime, datetime]]]:
    """Times the boxes sent traffic counts about, even if they sent them much later."""
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = TrafficAggregate.objects.filter(
        tenant_id=tenant_id, period_from__lt=period.end, period_to__gt=period.start
    ).values_list("sensor_id", "period_from", "period_to")
    for sensor_id, start, end in rows:
        spans.setdefault(sensor_id, []).append((start, end))
    return spans
