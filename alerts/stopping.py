"""Whether what was seen has stopped: plain rules on times.

Nothing is called stopped because nobody looked: it has stopped once a box has watched for a day without seeing it
again, and still reports. 甲社 of OSK 5.3.3 was shown so that its alert had ended: "none after 2020-10-05 14:54:30".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

STOPPED_AFTER: Final = timedelta(hours=24)  # watched without it
LOOK_BACK: Final = timedelta(days=7)  # what a box did before that is not asked
REPORTS: Final = timedelta(hours=1)  # a box that is silent for longer watches, if at all, without our knowing

Span = tuple[datetime, datetime]


class Standing(StrEnum):
    """Where a series of alerts stands."""

    GOES_ON = "goes_on"  # seen within a day
    STOPPED = "stopped"
    UNKNOWN = "unknown"  # not seen again, but nobody watched for a day


@dataclass(frozen=True)
class Watch:
    """What a box says of its watch: its last report, and the spans (of LOOK_BACK) in which a function did not judge."""

    seen_at: datetime | None
    gaps: tuple[Span, ...] = ()


def standing(last_at: datetime, watch: Watch, now: datetime) -> Standing:
    """Of what was last seen at `last_at`."""
    if now - last_at < STOPPED_AFTER:
        return Standing.GOES_ON
    if watch.seen_at is None or now - watch.seen_at > REPORTS:
        return Standing.UNKNOWN
    return Standing.STOPPED if watched(last_at, watch, now) >= STOPPED_AFTER else Standing.UNKNOWN


def watched(since: datetime, watch: Watch, now: datetime) -> timedelta:
    """How long a box has watched since then, LOOK_BACK at most."""
    if watch.seen_at is None:
        return timedelta()
    start, end = max(since, now - LOOK_BACK), min(watch.seen_at, now)
    return max(end - start - _lost(watch.gaps, start, end), timedelta())


def _lost(gaps: Iterable[Span], start: datetime, end: datetime) -> timedelta:
    """Time of [start, end) that lies in a span; what lies in two counts once."""
    lost, upto = timedelta(), start
    for begins, ends in sorted(gaps):
        begins, ends = max(begins, upto), min(ends, end)
        if ends > begins:
            lost += ends - begins
            upto = ends
    return lost
