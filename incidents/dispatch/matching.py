"""Which vendors serve a place at a time, ranked, with reasons. Plain data in and out, no database (OSK 表3-4, 3.4.3).

A vendor either fits, has to be asked first, or does not fit; reasons are codes with values, their words are
incidents.dispatch.wording's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from notifications.hours import HOLIDAY, YEAR_END, day_kind
from web.jst import JST


class Reach(StrEnum):
    """How far a vendor goes in a prefecture, as 表3-4 writes it."""

    WHOLE = "whole"  # 全域
    PART = "part"  # "south of Gobo": a set of municipalities
    STATION = "station"  # walking distance from stations of a line: asked, in municipalities that have one
    ASK = "ask"  # 相談


class Fit(IntEnum):
    """Best first."""

    YES = 0
    ASK = 1
    NO = 2


class Reason(StrEnum):
    """Why, one line each."""

    REMOTE = "remote"
    AREA = "area"
    AREA_NO = "area_no"
    AREA_ASK = "area_ask"
    AREA_STATION = "area_station"
    PLACE_UNKNOWN = "place_unknown"
    KIND_NO = "kind_no"
    DAY_NO = "day_no"
    HOLIDAY_NO = "holiday_no"
    YEAR_END_NO = "year_end_no"
    DAYS_ASK = "days_ask"
    HOURS_NO = "hours_no"
    TIME = "time"
    FULL = "full"
    ASK_FIRST = "ask_first"
    DECLINED = "declined"
    UNLISTED = "unlisted"


@dataclass(frozen=True)
class Area:
    """A vendor's rule for one prefecture. `codes`: municipalities of PART and STATION; `words`: as people say it."""

    prefecture: str
    reach: str
    codes: frozenset[str] = frozenset()
    words: str = ""


@dataclass(frozen=True)
class Candidate:
    """A vendor as matching sees it. Times are minutes of the day; `busy`: jobs it already has that week."""

    vendor_id: int
    name: str
    kinds: frozenset[str]
    areas: tuple[Area, ...]
    weekdays: frozenset[int] = frozenset(range(7))
    holidays: bool = True
    year_end: bool = False
    days_ask: bool = False
    opens: int = 0
    closes: int = 1440
    week_capacity: int | None = None
    busy: int = 0
    ask_first: bool = False
    listed: bool = True
    declined: bool = False
    prefecture: str = ""
    municipality_code: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `starts_at` None: no time named yet; `code` empty: the firm's municipality is not known."""

    prefecture: str
    code: str
    kind: str
    remote: bool
    starts_at: datetime | None = None
    minutes: int = 120


@dataclass(frozen=True)
class Because:
    """A reason with its values, and what it makes of the fit."""

    reason: Reason
    fit: Fit
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """One vendor's line in the list."""

    candidate: Candidate
    reasons: tuple[Because, ...]

    @property
    def fit(self) -> Fit:
        """The worst of its reasons."""
        return max((because.fit for because in self.reasons), default=Fit.YES)


def match(wanted: Wanted, candidates: Iterable[Candidate]) -> list[Match]:
    """All of them, best first: who fits, listed ones, near ones, those with fewer jobs that week, by name.

    Nobody is left out: the firm may ask any, and sees why one does not fit.
    """
    matches = [Match(candidate, tuple(_reasons(wanted, candidate))) for candidate in candidates]
    return sorted(matches, key=lambda line: _rank(wanted, line))


def _rank(wanted: Wanted, line: Match) -> tuple[Any, ...]:
    candidate = line.candidate
    distance = 0 if candidate.municipality_code and candidate.municipality_code == wanted.code else 1
    distance += candidate.prefecture != wanted.prefecture
    return (line.fit, not candidate.listed, distance, candidate.busy, candidate.name, candidate.vendor_id)


def _reasons(wanted: Wanted, candidate: Candidate) -> Iterable[Because]:
    if candidate.declined:
        yield Because(Reason.DECLINED, Fit.NO)
    if wanted.kind not in candidate.kinds:
        yield Because(Reason.KIND_NO, Fit.NO)
    if wanted.remote:
        yield Because(Reason.REMOTE, Fit.YES)
    else:
        yield area_reason(wanted.prefecture, wanted.code, candidate.areas)
    if wanted.starts_at is not None:
        yield from _time_reasons(wanted.starts_at, wanted.minutes, candidate)
        if candidate.week_capacity is not None and candidate.busy >= candidate.week_capacity:
            yield Because(Reason.FULL, Fit.ASK, {"busy": candidate.busy})
    if candidate.ask_first:
        yield Because(Reason.ASK_FIRST, Fit.ASK)
    if not candidate.listed:
        yield Because(Reason.UNLISTED, Fit.YES)


def area_reason(prefecture: str, code: str, areas: Iterable[Area]) -> Because:
    """Whether a vendor goes there: the best of its rules for the prefecture."""
    reasons = [_area(area, code) for area in areas if area.prefecture == prefecture]
    return min(reasons, key=lambda because: because.fit, default=Because(Reason.AREA_NO, Fit.NO))


def _area(area: Area, code: str) -> Because:
    values = {"prefecture": area.prefecture, "words": area.words, "whole": area.reach == Reach.WHOLE}
    if area.reach == Reach.WHOLE:
        return Because(Reason.AREA, Fit.YES, values)
    if area.reach == Reach.ASK:
        return Because(Reason.AREA_ASK, Fit.ASK, values)
    if not code:
        return Because(Reason.PLACE_UNKNOWN, Fit.ASK, values)
    if code not in area.codes:
        return Because(Reason.AREA_NO, Fit.NO, values)
    if area.reach == Reach.STATION:
        return Because(Reason.AREA_STATION, Fit.ASK, values)
    return Because(Reason.AREA, Fit.YES, values)


def _time_reasons(starts_at: datetime, minutes: int, candidate: Candidate) -> Iterable[Because]:
    start = starts_at.astimezone(JST)
    kind, weekday = day_kind(start.date()), start.weekday()
    wrong = []
    if kind == YEAR_END and not candidate.year_end:
        wrong.append(Because(Reason.YEAR_END_NO, Fit.NO))
    elif candidate.days_ask:
        yield Because(Reason.DAYS_ASK, Fit.ASK)
    elif weekday not in candidate.weekdays:
        wrong.append(Because(Reason.DAY_NO, Fit.NO, {"weekday": weekday}))
    elif kind == HOLIDAY and not candidate.holidays:
        wrong.append(Because(Reason.HOLIDAY_NO, Fit.NO))
    first = start.hour * 60 + start.minute
    if first < candidate.opens or first + minutes > candidate.closes:
        wrong.append(Because(Reason.HOURS_NO, Fit.NO, {"opens": candidate.opens, "closes": candidate.closes}))
    if not wrong and not candidate.days_ask:
        yield Because(Reason.TIME, Fit.YES, {"opens": candidate.opens, "closes": candidate.closes})
    yield from wrong
