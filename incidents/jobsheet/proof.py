"""How much "nothing was found" is worth, and how long to watch afterwards (OSK 5.4.1). Plain rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from incidents.states.watch import WatchState

FRESH = timedelta(days=2)  # definitions of a tool that updates itself are never older
STALE = timedelta(days=14)
SHORT_WATCH = timedelta(days=7)
LONG_WATCH = timedelta(days=30)


class Extent(StrEnum):
    """What a scan looked at."""

    FULL = "full"
    QUICK = "quick"
    FOLDER = "folder"


class Supported(StrEnum):
    """Whether the maker still mends the operating system."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Rating(StrEnum):
    """Worth of a scan's answer."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"


@dataclass(frozen=True)
class Scan:
    """What is asked about a scan, so that its answer can be judged later."""

    tool: str
    definitions: date | None
    extent: Extent
    os_supported: Supported
    threats: int
    finished_at: datetime


def weaknesses(scan: Scan) -> tuple[str, ...]:
    """Why an answer proves little, by code: what to do better next time follows from each."""
    age = None if scan.definitions is None else scan.finished_at.date() - scan.definitions
    checks: Mapping[str, bool] = {
        "definitions_unknown": age is None,
        "definitions_stale": age is not None and age > STALE,
        "definitions_old": age is not None and FRESH < age <= STALE,
        "not_full": scan.extent != Extent.FULL,
        "os_unsupported": scan.os_supported == Supported.NO,
        "os_unknown": scan.os_supported == Supported.UNKNOWN,
    }
    return tuple(code for code, true in checks.items() if true)


def rating(scan: Scan) -> Rating:
    """Strong: a full scan with fresh definitions on a supported system. One small doubt: fair. Else weak."""
    doubts = weaknesses(scan)
    if not doubts:
        return Rating.STRONG
    return Rating.FAIR if len(doubts) == 1 and doubts[0] in {"definitions_old", "os_unknown"} else Rating.WEAK


def watch_span(scan: Scan) -> timedelta:
    """How long the device is watched after the scan: a week after strong proof, thirty days after any other."""
    return SHORT_WATCH if rating(scan) == Rating.STRONG else LONG_WATCH


def watch_result(*, opened_at: datetime, until: datetime, newest_alert: datetime | None, now: datetime) -> WatchState:
    """Where a watch stands: the alert came again after it began; or the time is over; or it goes on."""
    if newest_alert is not None and opened_at < newest_alert <= until:
        return WatchState.RECURRED
    return WatchState.QUIET if now >= until else WatchState.RUNNING
