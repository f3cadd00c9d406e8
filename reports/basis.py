"""What a month's figures are counted from, so that late data is noticed without counting all again.

Needs the firm's scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, Sum, Value
from django.db.models.functions import Greatest, Least

from alerts.models import NoticeDay, TrafficAggregate
from reports.months import Month
from sensors.models import WatchGap


def basis_of(tenant_id: int, month: Month) -> list[int]:
    """Alerts, blocked and mailed ones, spans and seconds that were not watched, and reports of traffic, of a month."""
    days = NoticeDay.objects.filter(tenant_id=tenant_id, day__gte=month.first, day__lt=month.next_first)
    counts = days.aggregate(alerts=Sum("alerts"), blocked=Sum("blocked"), mailed=Sum("mailed"))
    within = Least(F("ended_at"), Value(month.end)) - Greatest(F("began_at"), Value(month.start))
    gaps = WatchGap.objects.filter(tenant_id=tenant_id, began_at__lt=month.end, ended_at__gt=month.start).aggregate(
        spans=Count("pk"), length=Sum(within)
    )
    traffic = TrafficAggregate.objects.filter(
        tenant_id=tenant_id, period_from__gte=month.start, period_from__lt=month.end
    )
    return [
        *(counts[name] or 0 for name in ("alerts", "blocked", "mailed")),
        gaps["spans"],
        int(gaps["length"].total_seconds()) if gaps["length"] else 0,
        traffic.count(),
    ]


def acted_on(figures: Mapping[str, Any]) -> list[Any]:
    """What a firm acts on: the verdict, the one thing to do, notices that were mailed and those of ★★ and more."""
    verdict, notices = figures["verdict"], figures["notices"]
    return [verdict["level"], verdict["todo"], notices["told"], sum(notices["grades"][2:])]


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[list[Any]]:
    """What late data changed: [[name, before, after], …] of the figures people read first."""
    names = (
        ("alerts", before["totals"]["alerts"], after["totals"]["alerts"]),
        ("blocked", before["totals"]["blocked"], after["totals"]["blocked"]),
        ("mailed", before["notices"]["told"], after["notices"]["told"]),
        ("look", sum(before["notices"]["grades"][2:]), sum(after["notices"]["grades"][2:])),
        ("watched", before["watch"]["watched_minutes"], after["watch"]["watched_minutes"]),
        ("bytes", before["traffic"]["bytes_in"], after["traffic"]["bytes_in"]),
    )
    return [[name, was, now] for name, was, now in names if was != now]
