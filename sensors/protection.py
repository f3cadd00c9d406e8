"""What a heartbeat says of protection: minutes of days, since when it is off, and a person to look when it stays so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Sum

from base.about import about_row
from notifications.models import Attention
from notifications.services import attention_close, attention_open
from sensors import unprotected
from sensors.models import ProtectionDay, Sensor, WatchGap
from sensors.settings import box_settings
from sensors.watching import Between, gaps_between

# The box adds up in tenths of seconds; spans this near belong together.
_TOUCHING = timedelta(seconds=2)


def protection_update(*, sensor: Sensor, report: dict[str, Any], offset_ms: int, now: datetime) -> dict[str, Any]:
    """Count what was not inspected since the last report; ask or release a person. → fields of the box that change.

    A box that says nothing about protection (an older program, a replay) changes none of its fields.
    """
    bypass = unprotected.bypass_read(report, offset_ms=offset_ms)
    changed: dict[str, Any] = {}
    newly_off = 0.0
    if bypass is not None:
        total = unprotected.off_total_s(bypass, now)
        since_last = now - sensor.last_seen_at if sensor.last_seen_at is not None else None
        newly_off = unprotected.newly_off(sensor.off_total_s, total, since_last=since_last)
        _count(sensor, newly_off, now)
        changed["off_total_s"] = total
    if sensor.last_seen_at is not None:
        _keep_gaps(sensor, Between(sensor.heartbeat, report, sensor.last_seen_at, now, newly_off, bypass))
    if bypass is None and "protection" not in report:
        return {}
    on = report.get("protection") == "on"
    if on:
        changed |= {"unprotected_since": None, "protecting_at": sensor.protecting_at or now}
    else:
        begun = bypass.since if bypass is not None and bypass.since is not None and bypass.since <= now else now
        changed["unprotected_since"] = sensor.unprotected_since or begun
    _attention(sensor, changed["unprotected_since"], bypass.reason if bypass is not None else "", now)
    return changed


def minutes_off(*, sensor_ids: list[int], since: date) -> dict[int, int]:
    """Box → minutes not inspected since that day; boxes without any are left out. Begun minutes count as whole."""
    rows = ProtectionDay.objects.filter(sensor_id__in=sensor_ids, day__gte=since).values_list("sensor_id")
    return {pk: -(-seconds // 60) for pk, seconds in rows.annotate(s=Sum("off_s")) if seconds}


def days_off(*, sensor: Sensor, since: date) -> list[ProtectionDay]:
    """Days on which some traffic was not inspected, newest first."""
    rows = ProtectionDay.objects.filter(tenant_id=sensor.tenant_id, sensor=sensor, day__gte=since, off_s__gt=0)
    return list(rows.order_by("-day"))


def _count(sensor: Sensor, seconds: float, now: datetime) -> None:
    for day, part in unprotected.by_day(seconds, now):
        row, _made = ProtectionDay.objects.get_or_create(tenant_id=sensor.tenant_id, sensor=sensor, day=day)
        ProtectionDay.objects.filter(tenant_id=sensor.tenant_id, pk=row.pk).update(off_s=F("off_s") + part)


def _keep_gaps(sensor: Sensor, between: Between) -> None:
    """A gap that goes on is one row that grows; one that begins is a new row."""
    for gap in gaps_between(between):
        rows = WatchGap.objects.filter(
            tenant_id=sensor.tenant_id, sensor=sensor, function=gap.function, cause=gap.cause
        )
        latest = rows.order_by("-ended_at").values_list("pk", "ended_at").first()
        if latest is not None and latest[1] >= gap.start - _TOUCHING:
            rows.filter(pk=latest[0]).update(ended_at=max(latest[1], gap.end))
        else:
            WatchGap.objects.create(
                tenant_id=sensor.tenant_id,
                sensor=sensor,
                function=gap.function,
                cause=gap.cause,
                began_at=gap.start,
                ended_at=gap.end,
            )


def _attention(sensor: Sensor, since: datetime | None, reason: str, now: datetime) -> None:
    kind, box = Attention.Kind.PROTECTION_OFF, about_row(Sensor, sensor.pk)
    if since is None:
        attention_close(tenant_id=sensor.tenant_id, kind=kind, about=box, now=now)
    elif now - since >= timedelta(minutes=patience(sensor.tenant_id, now)):
        facts = {"name": sensor.name, "since": since.isoformat(), "reason": reason}
        attention_open(tenant_id=sensor.tenant_id, kind=kind, about=box, facts=facts, now=now)


def patience(tenant_id: int, now: datetime) -> int:
    """Programme setting: minutes without protection before a person is asked."""
    return int(box_settings(tenant_id=tenant_id, at=now)["protection_off_minutes"])
