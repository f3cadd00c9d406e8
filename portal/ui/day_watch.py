"""What a firm's boxes did not watch in the last 24 hours, by the measure of the monthly report (reports.watched)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from reports.coverage import Hole
from reports.months import Period
from reports.watched import watch_of
from sensors.protection import patience
from sensors.watching import Cause

DAY: Final = timedelta(hours=24)
_NOW: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class DayWatch:
    """`lost`: how long of the last 24 hours not everything in use watched; `allowed`: how much of that is no matter
    (programme setting). `since`: the moment since which the box says nothing; None while it reports. `switched_off`:
    whether a function it used to have is switched off now. `newest`: the latest hole."""

    lost: timedelta
    allowed: timedelta
    since: datetime | None = None
    switched_off: bool = False
    newest: Hole | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it may be called watched."""
        return self.lost < self.allowed and self.since is None


def day_watch(tenant_id: int, now: datetime) -> DayWatch:
    """Of a firm with boxes at work; call inside its scope."""
    figures, seen = watch_of(tenant_id, Period(now - DAY, now))
    lost = timedelta(minutes=figures["minutes"] - figures["watched_minutes"])
    newest = max(seen.holes, key=lambda hole: hole.end, default=None)
    open_holes = {hole.cause: hole for hole in seen.holes if hole.exact and hole.end >= now - _NOW}
    silent = open_holes.get(Cause.SILENT)
    return DayWatch(
        lost=lost,
        allowed=timedelta(minutes=patience(tenant_id, now)),
        since=silent.start if silent is not None else None,
        switched_off=Cause.OFF in open_holes,
        newest=newest,
    )
