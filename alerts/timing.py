"""Which time an event gets: the box's time, corrected once by the difference measured when its batch came.

Decided from what is stored with the batch, so that processing it again gives the same times (docs/intake-protocol.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sensors.rules import clock_is_wrong

MOST_AHEAD = timedelta(minutes=10)
MOST_BEHIND = timedelta(days=400)
USUAL_PERIOD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BatchClock:
    """How the times of one batch are corrected."""

    received_at: datetime
    offset_ms: int

    @property
    def trusted(self) -> bool:
        """False when the box's clock is more than five minutes off: then no event's own time is believed."""
        return not clock_is_wrong(self.offset_ms)

    def placed(self, moment: datetime | None) -> tuple[datetime, bool]:
        """(the event's time for good, whether it is the box's own).

        Corrected when the clock is trusted; the time the batch was received when it is not, when the event has none, or
        when it lies in the future or more than 400 days back: the clock was wrong when the event was written, and a
        wrong clock must not silence a warning.
        """
        if not self.trusted or moment is None:
            return self.received_at, False
        try:
            time = moment + timedelta(milliseconds=self.offset_ms)
        except OverflowError:
            return self.received_at, False
        if not self.received_at - MOST_BEHIND <= time <= self.received_at + MOST_AHEAD:
            return self.received_at, False
        return time, True

    def period(self, begun: datetime | None, ended: datetime | None) -> tuple[datetime, datetime, bool]:
        """(from, to, whether both are the box's own) of numbers that were added up; never in the wrong order."""
        until, until_known = self.placed(ended)
        since, since_known = self.placed(begun)
        known = until_known and since_known and since <= until
        return (since if known else until - USUAL_PERIOD), until, known
