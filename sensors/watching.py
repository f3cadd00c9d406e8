"""Which time a box did not watch: what two reports, one after the other, say of the time between them. Plain rules.

Nothing counts as watched because nobody complained: a function judged between two reports only when both say that it
was on, traffic went through the engine only as far as the box says so, and a time without reports was watched only when
the box says afterwards that it had been running (the line was cut, not the watch).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sensors.unprotected import Bypass

FUNCTIONS: Final = ("ips", "av", "wg")
EVERY: Final = ""  # a gap of every function at once
# Boxes report every minute. After a longer pause only the box itself can say what happened in between.
REPORTED_WITHIN: Final = timedelta(minutes=10)
_SLACK: Final = timedelta(minutes=2)


class Cause(StrEnum):
    """Why nobody watched."""

    SILENT = "silent"  # no report, and the box was not running
    BYPASS = "bypass"  # traffic went around the engine
    OFF = "off"  # the function was switched off
    UNAVAILABLE = "unavailable"  # the function was meant to be on and could not judge


@dataclass(frozen=True)
class Gap:
    """[start, end) in which a function, or every one (`EVERY`), did not judge."""

    function: str
    cause: Cause
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Between:
    """Two reports of a box and their times. `off_s`: seconds since `began` that the box counts as not inspected."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    began: datetime
    ended: datetime
    off_s: float
    bypass: Bypass | None


def gaps_between(between: Between) -> list[Gap]:
    """All gaps between two reports; none when both say that everything was on."""
    if between.ended <= between.began:
        return []
    gaps = [_silence(between), _bypass(between), *(_function(between, name) for name in FUNCTIONS)]
    return [gap for gap in gaps if gap is not None and gap.start < gap.end]


def _silence(between: Between) -> Gap | None:
    if between.ended - between.began <= REPORTED_WITHIN:
        return None
    uptime = between.after.get("uptime_s")
    running = isinstance(uptime, int | float) and not isinstance(uptime, bool) and 0 <= uptime < 1e10
    back = between.ended - timedelta(seconds=float(uptime)) if running and uptime is not None else between.ended
    if back <= between.began + _SLACK:
        return None
    return Gap(EVERY, Cause.SILENT, between.began, back)


def _bypass(between: Between) -> Gap | None:
    bypass = between.bypass
    if bypass is None:
        around = _around(between.before) or _around(between.after)
        return Gap(EVERY, Cause.BYPASS, between.began, between.ended) if around else None
    if between.off_s <= 0:
        return None
    came_back = bypass.since if bypass.inspecting else None
    end = came_back if came_back is not None and between.began < came_back <= between.ended else between.ended
    return Gap(EVERY, Cause.BYPASS, max(between.began, end - timedelta(seconds=between.off_s)), end)


def _around(report: Mapping[str, Any]) -> bool:
    return bool(report.get("protection", "on") != "on")


def _function(between: Between, name: str) -> Gap | None:
    # While traffic goes around the engine no function can judge; the bypass alone reports that time, to the second.
    reports = (between.before, between.after)
    states = {report.get("functions", {}).get(name, "on") for report in reports if not _around(report)}
    wrong = states - {"on"}
    if not wrong:
        return None
    cause = Cause.OFF if wrong == {"off"} else Cause.UNAVAILABLE
    return Gap(name, cause, between.began, between.ended)
