"""The sliding count of callbacks per device and signature family."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta


class CallbackWindow:
    """Counts callbacks within the window before an event: the window is open at its old end, so that with 60
    minutes the event exactly 60 minutes earlier no longer counts.

    Keeps at most `count` times per key, the newest, because more than `count` never changes a verdict. The same
    events in the same order give the same counts however they are cut into batches: nothing is cleared between.
    """

    def __init__(self, *, count: int, minutes: int) -> None:
        self._count = count
        self._span = timedelta(minutes=minutes)
        self._times: dict[Hashable, list[datetime]] = {}

    def push(self, key: Hashable, time: datetime) -> int:
        """Records one callback; returns how many came before it within the window (at most `count`)."""
        times, prior = pushed(self._times.get(key, []), time, count=self._count, span=self._span)
        self._times[key] = times
        return prior

    def times(self, key: Hashable) -> list[datetime]:
        """The state of one key, oldest first, to be stored in a row."""
        return list(self._times.get(key, []))

    def restore(self, key: Hashable, times: Iterable[datetime]) -> None:
        """Puts back what `times` gave."""
        self._times[key] = sorted(times)


def pushed(times: list[datetime], time: datetime, *, count: int, span: timedelta) -> tuple[list[datetime], int]:
    """One step as a pure function: (state after, prior count). `times` is sorted and is not changed."""
    start = bisect_right(times, time - span)
    prior = bisect_right(times, time) - start
    newest = max(times[-1], time) if times else time
    kept = times[bisect_right(times, newest - span) :]
    if time > newest - span:
        insort(kept, time)
    return kept[-count:], min(prior, count)
