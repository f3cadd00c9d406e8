"""The firm's twelve months up to a report's, from the figures frozen in its reports. Needs the firm's scope.

A month without a report, or one that nobody watched, is a gap: no figure, never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from reports.models import MonthlyReport

MONTHS: Final = 12
_NAMES: Final = ("alerts", "blocked", "mailed", "look")


def trend_of(tenant_id: int, first: date, own: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each of twelve months, oldest first, this report's (`own` figures) last."""
    months = [_back(first, back) for back in range(MONTHS - 1, 0, -1)]
    rows = MonthlyReport.objects.filter(tenant_id=tenant_id, month__in=months, provisional_until__isnull=True)
    earlier = {
        month: _row(month, {"totals": totals, "notices": notices, "watch": {"boxes": boxes, "nothing_seen": nothing}})
        for month, totals, notices, boxes, nothing in rows.values_list(
            "month", "figures__totals", "figures__notices", "figures__watch__boxes", "figures__watch__nothing_seen"
        )
    }
    return [*(earlier.get(month, _row(month, {})) for month in months), _row(first, own)]


def _row(month: date, figures: Mapping[str, Any]) -> dict[str, Any]:
    totals, notices, watch = (figures.get(name) or {} for name in ("totals", "notices", "watch"))
    known = bool(totals and notices and watch.get("boxes") and not watch.get("nothing_seen"))
    counts = (
        (totals["alerts"], totals["blocked"], notices["told"], sum(notices["grades"][2:])) if known else (None,) * 4
    )
    return {"month": month.isoformat()} | dict(zip(_NAMES, counts, strict=True))


def _back(first: date, months: int) -> date:
    at = first.year * 12 + first.month - 1 - months
    return date(at // 12, at % 12 + 1, 1)
