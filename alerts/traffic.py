"""What boxes added up, read for people: traffic of days, software that is out of support."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from alerts.models import TrafficAggregate
from sensors.software import OldSoftware, old_software
from web.jst import JST


@dataclass(frozen=True)
class TrafficDay:
    """Bytes of one day in Japan; None: the box reported nothing."""

    day: date
    bytes_in: int | None
    bytes_out: int | None


def traffic_by_day(*, tenant_id: int, now: datetime, days: int) -> list[TrafficDay]:
    """The last `days` days, oldest first. A period belongs to the day on which it began."""
    today = now.astimezone(JST).date()
    first = today - timedelta(days=days - 1)
    start = datetime(first.year, first.month, first.day, tzinfo=JST)
    by_day = _by_day(tenant_id, start, now + timedelta(microseconds=1))
    wanted = [first + timedelta(days=number) for number in range(days)]
    return [by_day.get(day, TrafficDay(day, None, None)) for day in wanted]


def traffic_between(*, tenant_id: int, start: datetime, end: datetime) -> tuple[int, int] | None:
    """(bytes in, bytes out) of periods that began in [start, end): the sum of the same days. None: nothing reported."""
    days = _by_day(tenant_id, start, end).values()
    return (sum(day.bytes_in or 0 for day in days), sum(day.bytes_out or 0 for day in days)) if days else None


def _by_day(tenant_id: int, start: datetime, end: datetime) -> dict[date, TrafficDay]:
    coming: Counter[date] = Counter()
    going: Counter[date] = Counter()
    rows = TrafficAggregate.objects.filter(tenant_id=tenant_id, period_from__gte=start, period_from__lt=end)
    for at, bytes_in, bytes_out in rows.values_list("period_from", "values__bytes_in", "values__bytes_out"):
        day = at.astimezone(JST).date()
        coming[day] += _whole(bytes_in)
        going[day] += _whole(bytes_out)
    return {day: TrafficDay(day, coming[day], going[day]) for day in coming}


def old_software_seen(*, tenant_id: int, since: datetime) -> list[OldSoftware]:
    """Software out of support that named itself in the firm's traffic since then."""
    return _old(TrafficAggregate.objects.filter(tenant_id=tenant_id, period_to__gte=since))


def old_software_between(*, tenant_id: int, start: datetime, end: datetime) -> list[OldSoftware] | None:
    """The same of periods that began in [start, end). None: no program named itself, so nothing is known."""
    rows = TrafficAggregate.objects.filter(tenant_id=tenant_id, period_from__gte=start, period_from__lt=end)
    named = rows.filter(values__user_agents__0__0__isnull=False)
    return _old(named) if named.exists() else None


def _old(rows: QuerySet[TrafficAggregate]) -> list[OldSoftware]:
    agents: set[str] = set()
    for listed in rows.values_list("values__user_agents", flat=True):
        agents.update(_names(listed))
    return old_software(agents)


def _names(listed: Any) -> list[str]:
    pairs = listed if isinstance(listed, list) else []
    return [pair[0] for pair in pairs if isinstance(pair, list) and pair and isinstance(pair[0], str)]


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
