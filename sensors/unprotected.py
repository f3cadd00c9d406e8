"""How long traffic went around a box's engine: what a box says of it, as minutes of days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from web.jst import JST

INSPECTING = "inspecting"
_SLACK = timedelta(minutes=2)


@dataclass(frozen=True)
class Bypass:
    """A report's word about it. `since`: when the present state began, by the platform's clock."""

    inspecting: bool
    since: datetime | None
    off_s: float
    reason: str


def bypass_read(report: dict[str, Any], *, offset_ms: int) -> Bypass | None:
    """What a heartbeat says; None when it says nothing that can be used. `offset_ms`: platform time minus box time."""
    bypass = report.get("bypass")
    if not isinstance(bypass, dict) or not isinstance(bypass.get("state"), str) or not _is_number(bypass.get("off_s")):
        return None
    return Bypass(
        inspecting=bypass["state"] == INSPECTING,
        since=_moment(bypass.get("since"), offset_ms),
        off_s=float(bypass["off_s"]),
        reason=str(bypass.get("reason") or "")[:500],
    )


def off_total_s(bypass: Bypass, at: datetime) -> float:
    """All time not inspected until `at`: what the box has added up, and what runs now."""
    running = (
        max(0.0, (at - bypass.since).total_seconds()) if bypass.since is not None and not bypass.inspecting else 0.0
    )
    return bypass.off_s + running


def newly_off(before: float | None, after: float, *, since_last: timedelta | None) -> float:
    """Seconds not inspected since the report before, never more than have passed.

    `before`: the total then, None when there was none. A total that fell (the box lost its notes) counts from nothing.
    """
    rise = after - before if before is not None and after >= before else after
    most = (since_last + _SLACK).total_seconds() if since_last is not None else 0.0
    return min(max(rise, 0.0), most)


def by_day(seconds: float, until: datetime) -> Iterator[tuple[date, int]]:
    """The seconds before `until`, shared among days of Japan, newest first."""
    left, end = timedelta(seconds=round(seconds)), until.astimezone(JST)
    while left > timedelta(0):
        midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
        begun = midnight if end > midnight else midnight - timedelta(days=1)
        part = min(left, end - begun)
        if part >= timedelta(seconds=1):
            yield begun.date(), int(part.total_seconds())
        left, end = left - part, begun


def _moment(value: Any, offset_ms: int) -> datetime | None:
    if not _is_number(value) or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(float(value), UTC) + timedelta(milliseconds=offset_ms)
    except (OverflowError, ValueError, OSError):
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12
