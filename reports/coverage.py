"""When the boxes were watching: arithmetic on spans of time. A span in which nobody watched is never called safe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from reports.months import day_bounds, days_between
from sensors.watching import EVERY, FUNCTIONS, REPORTED_WITHIN, Cause

Span = tuple[datetime, datetime]
NONE = timedelta(0)


@dataclass(frozen=True)
class BoxRecord:
    """What is known of one box: since when it works, its last report, and what it reported of the time between.

    `silences`: times the desk was asked about; `reported_later`: times the box reported on afterwards.
    `gaps`: (function, cause) → spans in which that function, or every one (`EVERY`), did not judge. `off_by_day`:
    seconds of a day that went around the engine at times not known. `unused`: functions this box never had.
    """

    activated_at: datetime | None
    last_seen_at: datetime | None
    silences: tuple[Span, ...] = ()
    reported_later: tuple[Span, ...] = ()
    gaps: Mapping[tuple[str, str], Sequence[Span]] = field(default_factory=dict)
    off_by_day: Mapping[date, int] = field(default_factory=dict)
    unused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hole:
    """A span nobody watched, or (`exact` false) a day of which `length` was not watched at times not known."""

    start: datetime
    end: datetime
    length: timedelta
    cause: Cause
    exact: bool = True


@dataclass(frozen=True)
class Coverage:
    """`watched_days`: JST days watched without a gap, out of `days`; `gaps`: the spans nobody watched.

    `seen`: how long everything in use watched. `holes`: the gaps with their causes. `unwatched`: function → how long
    it did not watch, for functions in use; `unused`: functions no box has.
    """

    days: int
    watched_days: int
    gaps: tuple[Span, ...]
    seen: timedelta = NONE
    holes: tuple[Hole, ...] = ()
    unwatched: Mapping[str, timedelta] = field(default_factory=dict)
    unused: frozenset[str] = frozenset()

    @property
    def nothing_seen(self) -> bool:
        """True when no moment of the period was watched."""
        return self.seen <= NONE

    @property
    def whole(self) -> bool:
        """True when every moment was watched by everything in use."""
        return not self.holes

    def lost_to(self, *causes: Cause) -> timedelta:
        """How long nobody watched for these causes."""
        return sum((hole.length for hole in self.holes if hole.cause in causes), NONE)


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


def common(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The moments that lie in both."""
    kept = merge(spans)
    return subtract(kept, subtract(kept, others))


def length(spans: Iterable[Span]) -> timedelta:
    """How long spans are that do not overlap."""
    return sum((end - start for start, end in spans), NONE)


def alive(box: BoxRecord, start: datetime, end: datetime) -> list[Span]:
    """Spans in [start, end) in which a box was there to watch.

    A silence counts as not watched, except where the box reported on that time afterwards.
    """
    if box.activated_at is None or box.last_seen_at is None:
        return []
    reported_until = end if box.last_seen_at > end - REPORTED_WITHIN else box.last_seen_at
    there = subtract([(box.activated_at, reported_until)], [*box.silences, *box.gaps.get((EVERY, Cause.SILENT), ())])
    return common([(start, end)], [*there, *box.reported_later])


def coverage(boxes: Sequence[BoxRecord], start: datetime, end: datetime) -> Coverage:
    """What all boxes of a firm together watched in [start, end): a gap is where one of them, or one of its functions,
    did not. Without any box everything is a gap.
    """
    whole = merge([(start, end)])
    silent = merge(gap for box in boxes for gap in subtract(whole, alive(box, start, end))) if boxes else whole
    by_cause = {Cause.SILENT: silent} | {
        cause: merge(span for box in boxes for span in _reported_spans(box, cause, start, end))
        for cause in (Cause.BYPASS, Cause.UNAVAILABLE, Cause.OFF)
    }
    holes = _holes(by_cause)
    gaps = merge((hole.start, hole.end) for hole in holes)
    unplaced = _unplaced(boxes, start, end)
    return Coverage(
        days=len(days_between(start, end)),
        watched_days=sum(
            day not in unplaced and not any(_overlap(gap, day_bounds(day)) for gap in gaps)
            for day in days_between(start, end)
        ),
        gaps=tuple(gaps),
        seen=max(length(whole) - length(gaps) - sum(unplaced.values(), NONE), NONE),
        holes=tuple(sorted([*holes, *_unplaced_holes(unplaced)], key=lambda hole: hole.start)),
        unwatched=_unwatched(boxes, silent, sum(unplaced.values(), NONE), start, end),
        unused=frozenset.intersection(*(box.unused for box in boxes)) if boxes else frozenset(),
    )


def _reported_spans(box: BoxRecord, cause: Cause, start: datetime, end: datetime) -> list[Span]:
    """What a box reported for one cause, without functions it never had."""
    spans = [
        span
        for (function, why), reported in box.gaps.items()
        if why == cause and function not in box.unused
        for span in reported
    ]
    return common(spans, [(start, end)])


def _holes(by_cause: Mapping[Cause, Sequence[Span]]) -> list[Hole]:
    """Gaps by cause. A moment with several causes counts for the gravest: silent, bypass, unavailable, off."""
    holes: list[Hole] = []
    taken: list[Span] = []
    for cause, spans in by_cause.items():
        holes += [Hole(start, end, end - start, cause) for start, end in subtract(spans, taken)]
        taken = merge([*taken, *spans])
    return holes


def _unplaced(boxes: Sequence[BoxRecord], start: datetime, end: datetime) -> dict[date, timedelta]:
    """Day → time around the engine whose moments are not known."""
    days: Counter[date] = Counter()
    inside = set(days_between(start, end))
    for box in boxes:
        placed = merge(box.gaps.get((EVERY, Cause.BYPASS), ()))
        for day, seconds in box.off_by_day.items():
            known = length(common(placed, [day_bounds(day)])).total_seconds()
            # Seconds are rounded and a night is shared between days: under a minute is no difference.
            if day in inside and seconds - known >= 60:
                days[day] += int(seconds - known)
    return {day: min(timedelta(seconds=seconds), timedelta(days=1)) for day, seconds in days.items()}


def _unplaced_holes(unplaced: Mapping[date, timedelta]) -> list[Hole]:
    return [Hole(*day_bounds(day), lost, Cause.BYPASS, exact=False) for day, lost in unplaced.items()]


def _unwatched(
    boxes: Sequence[BoxRecord], silent: Sequence[Span], unplaced: timedelta, start: datetime, end: datetime
) -> dict[str, timedelta]:
    """Function in use → how long it did not judge."""
    lost: dict[str, timedelta] = {}
    for name in FUNCTIONS:
        using = [box for box in boxes if name not in box.unused]
        unjudged = [
            span
            for box in using
            for (function, _cause), spans in box.gaps.items()
            if function in (EVERY, name)
            for span in spans
        ]
        if using:
            lost[name] = min(
                length(merge([*silent, *common(unjudged, [(start, end)])])) + unplaced, max(end - start, NONE)
            )
    return lost


def _overlap(left: Span, right: Span) -> bool:
    return left[0] < right[1] and right[0] < left[1]
