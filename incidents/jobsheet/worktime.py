"""Working time by kind: plain rules on plain data (OSK 表4-33)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from base.refusals import Refusal
from incidents.states.sheet import WorkKind

# What a phone may say about a moment: its clock may be wrong by this much, and it may have been offline this long.
CLOCK_AHEAD = timedelta(minutes=5)
OLDEST = timedelta(days=14)
DEFAULT_SPAN = timedelta(minutes=90)  # what a form for time by hand proposes: work that ends now
LONGEST = timedelta(hours=16)  # one entry; a timer forgotten overnight is corrected by hand


class TimeRefused(Refusal):
    """A time that cannot be: the code says which rule (`ahead`, `old`, `backwards`, `long`, `early`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Entry:
    """A stretch of time as it counts: `stopped_at` None while its timer runs."""

    kind: str
    way: str
    started_at: datetime
    stopped_at: datetime | None
    minutes: int | None
    by: int | None = None


def moment(phone_time: datetime | None, now: datetime) -> datetime:
    """When something happened: what the phone says, if that can be, else now. Raises TimeRefused."""
    if phone_time is None:
        return now
    if phone_time > now + CLOCK_AHEAD:
        raise TimeRefused("ahead")
    if phone_time < now - OLDEST:
        raise TimeRefused("old")
    return min(phone_time, now)


def default_start(now: datetime) -> datetime:
    """When work of the proposed length that ends now began, on five minutes and never ending later than now."""
    start = now - DEFAULT_SPAN
    return start - timedelta(minutes=start.minute % 5, seconds=start.second, microseconds=start.microsecond)


def require_after_alert(started_at: datetime, alert_at: datetime | None, note: str) -> None:
    """Raise TimeRefused("early") for help that began before what it is the answer to, unless the note says why.

    A clock may be wrong, or somebody was there for another reason: then it is written down, and the insurer reads it.
    `alert_at` None: nothing was detected.
    """
    if alert_at is not None and started_at < alert_at and not note.strip():
        raise TimeRefused("early")


def minutes_between(started_at: datetime, stopped_at: datetime) -> int:
    """Whole minutes, half a minute counting up. Raises TimeRefused."""
    span = stopped_at - started_at
    if span < timedelta(0):
        raise TimeRefused("backwards")
    if span > LONGEST:
        raise TimeRefused("long")
    return int(span.total_seconds() + 30) // 60


def totals(entries: Iterable[Entry]) -> dict[str, int]:
    """Minutes by kind, every kind named, running timers left out: 40 + 50 + 80 + 30 + 35 = 235 (OSK 表4-33)."""
    sums = dict.fromkeys((kind.value for kind in WorkKind), 0)
    for entry in entries:
        sums[entry.kind] += entry.minutes or 0
    return sums


def overlapping(entries: Iterable[Entry]) -> bool:
    """Whether one person's stretches lie over each other: the same minute would be billed twice."""
    ends: dict[int | None, datetime] = {}
    for entry in sorted(entries, key=lambda entry: entry.started_at):
        stopped = entry.stopped_at
        if stopped is None or not entry.minutes:
            continue
        if entry.by in ends and entry.started_at < ends[entry.by]:
            return True
        ends[entry.by] = stopped
    return False
