"""When the boxes were watching: arithmetic on spans of time. A span in which nobody watched is never called safe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from reports.months import day_bounds, days_between

Span = tuple[datetime, datetime]

# A box that has not been heard of for longer than this counts as silent from its last word on (KMM 3.8).
SILENCE: Final = timedelta(hours=24)


@dataclass(frozen=True)
class BoxRecord:
    """What is known of one box: since when it works, its last word, times it was silent, times it told about later."""

    activated_at: datetime | None
    last_seen_at: datetime | None
    silences: tuple[Span, ...] = ()
    told: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """`watched_days`: JST days watched without a gap, out of `days`; `gaps`: the spans nobody watched."""

    days: int
    watched_days: int
    gaps: tuple[Span, ...]

    @property
    def nothing_seen(self) -> bool:
        """True when no moment of the period was watched."""
        return self.seen == timedelta(0)

    seen: timedelta = timedelta(0)


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same moments as spans in order that neither overlap nor touch."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """The moments of `spans` that lie in none of `holes`."""
    left = merge(spans)
    for hole_start, hole_end in merge(holes):
        left = [
            part
            for start, end in left
            for part in ((start, min(end, hole_start)), (max(start, hole_end), end))
            if part[0] < part[1]
        ]
    return left


def watched_by(box: BoxRecord, start: datetime, end: datetime) -> list[Span]:
    """Spans in [start, end) in which a box watched.

    A silence counts as not watched, except where the box told about that time afterwards.
    """
    if box.activated_at is None or box.last_seen_at is None:
        return []
    heard_until = end if box.last_seen_at > end - SILENCE else box.last_seen_at
    alive = subtract([(box.activated_at, heard_until)], box.silences)
    return subtract([(start, end)], subtract([(start, end)], merge([*alive, *box.told])))


def coverage(boxes: Sequence[BoxRecord], start: datetime, end: datetime) -> Coverage:
    """What all boxes of a firm together watched in [start, end): a gap is where one of them did not.

    Without any box everything is a gap.
    """
    gaps = (
        merge(gap for box in boxes for gap in subtract([(start, end)], watched_by(box, start, end)))
        if boxes
        else merge([(start, end)])
    )
    days = days_between(start, end)
    whole = [day for day in days if not any(_overlap(gap, day_bounds(day)) for gap in gaps)]
    unseen = sum((gap[1] - gap[0] for gap in gaps), timedelta(0))
    return Coverage(len(days), len(whole), tuple(gaps), max(end - start, timedelta(0)) - unseen)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
