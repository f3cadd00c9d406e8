"""Which time an event gets: the box's time, corrected once by the difference measured when its batch came.

Decided from what is stored with the batch, so that processing it again gives the same times (docs/intake-protocol.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sensors.rules import clock_is_wrong

MOST_AHEAD = timedelta(minutes=10)
MOST_BEHIND = timedelta(days=400)


class ImpossibleTime(ValueError):
    """An event from the future, or from more than 400 days ago, though the box's clock is right."""


@dataclass(frozen=True, slots=True)
class BatchClock:
    """How the times of one batch are corrected."""

    received_at: datetime
    offset_ms: int

    @property
    def trusted(self) -> bool:
        """False when the box's clock is more than five minutes off: then no event's own time is believed."""
        return not clock_is_wrong(self.offset_ms)

    def corrected(self, moment: datetime) -> datetime:
        """The event's time for good: corrected when the clock is trusted, else the time the batch was received.

        Raises ImpossibleTime.
        """
        if not self.trusted:
            return self.received_at
        try:
            time = moment + timedelta(milliseconds=self.offset_ms)
        except OverflowError:
            raise ImpossibleTime(moment.isoformat()) from None
        if not self.received_at - MOST_BEHIND <= time <= self.received_at + MOST_AHEAD:
            raise ImpossibleTime(time.isoformat())
        return time
