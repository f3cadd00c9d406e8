"""The sliding counts: callbacks per device and signature family, and signature families per pair of inside machines."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

MOST_KEYS = 50_000


class PairWindow:
    """Counts the different signature families between two inside machines that came within the window of each other,
    whichever came first: remote job, command shell and new service within an hour are somebody at work.

    Per pair the newest time of at most `kinds` families is kept, those seen last. The same events in the same order
    give the same counts however they are cut into batches, and an event that is pushed twice counts once.
    """

    def __init__(self, *, kinds: int, minutes: int) -> None:
        self._kinds = kinds
        self._span = timedelta(minutes=minutes)
        self._seen: dict[Hashable, dict[str, datetime]] = {}

    def push(self, pair: Hashable, family: str, time: datetime) -> int:
        """Records one event; returns how many other families the pair showed within the window around it."""
        seen = self._seen[pair] = self._seen.pop(pair, {})
        _forget_oldest(self._seen)
        others = sum(1 for name, at in seen.items() if name != family and abs(at - time) < self._span)
        seen[family] = max(time, seen.get(family, time))
        if len(seen) > self._kinds:
            del seen[min(seen, key=lambda name: (seen[name], name))]
        return others

    def seen(self, pair: Hashable) -> dict[str, datetime]:
        """The state of one pair, family → newest time, to be stored in a row."""
        return dict(self._seen.get(pair, {}))

    def restore(self, pair: Hashable, seen: Mapping[str, datetime]) -> None:
        """Puts back what `seen` gave."""
        self._seen[pair] = dict(seen)


class CallbackWindow:
    """Counts callbacks within the window before an event: the window is open at its old end, so that with 60
    minutes the event exactly 60 minutes earlier no longer counts.

    Keeps at most `count` times per key, the newest, because more than `count` never changes a verdict. The same
    events in the same order give the same counts however they are cut into batches: nothing is cleared between.
    At most MOST_KEYS keys are kept, those pushed last, so that a stream of endless families needs no endless memory.
    `pairs` counts what passes between inside machines.
    """

    def __init__(self, *, count: int, minutes: int, pairs: PairWindow | None = None) -> None:
        self._count = count
        self._span = timedelta(minutes=minutes)
        self._times: dict[Hashable, list[datetime]] = {}
        self.pairs = pairs if pairs is not None else PairWindow(kinds=3, minutes=60)

    def push(self, key: Hashable, time: datetime) -> int:
        """Records one callback; returns how many came before it within the window (at most `count`)."""
        times, prior = pushed(self._times.pop(key, []), time, count=self._count, span=self._span)
        self._times[key] = times
        _forget_oldest(self._times)
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


def _forget_oldest(kept: dict[Hashable, Any]) -> None:
    if len(kept) > MOST_KEYS:
        del kept[next(iter(kept))]
