""" "Nothing was found" is not "safe": what an answer is worth and how long the device is watched afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.jobsheet.proof import Extent, Rating, Scan, Supported, rating, watch_result, watch_span, weaknesses
from incidents.states.watch import WATCH_MOVES, WatchState

DONE = datetime(2026, 10, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def _scan(
    definitions: date | None = date(2026, 10, 2), extent: Extent = Extent.FULL, os_supported: Supported = Supported.YES
) -> Scan:
    return Scan("Defender", definitions, extent, os_supported, 0, DONE)


def test_a_full_scan_with_todays_definitions_on_a_supported_system_is_watched_a_week() -> None:
    assert rating(_scan()) == Rating.STRONG
    assert watch_span(_scan()) == 7 * DAY


@pytest.mark.parametrize(
    ("scan", "doubt", "worth"),
    [
        (_scan(date(2026, 9, 25)), "definitions_old", Rating.FAIR),
        (_scan(os_supported=Supported.UNKNOWN), "os_unknown", Rating.FAIR),
        (_scan(date(2026, 9, 1)), "definitions_stale", Rating.WEAK),
        (_scan(None), "definitions_unknown", Rating.WEAK),
        (_scan(extent=Extent.QUICK), "not_full", Rating.WEAK),
        (_scan(os_supported=Supported.NO), "os_unsupported", Rating.WEAK),
    ],
)
def test_anything_less_is_named_and_watched_thirty_days(scan: Scan, doubt: str, worth: Rating) -> None:
    assert weaknesses(scan) == (doubt,)
    assert rating(scan) == worth
    assert watch_span(scan) == 30 * DAY


def test_two_small_doubts_are_one_large_one() -> None:
    assert rating(_scan(date(2026, 9, 25), os_supported=Supported.UNKNOWN)) == Rating.WEAK


def test_an_alert_after_the_scan_is_a_recurrence_and_one_before_it_is_none() -> None:
    until = DONE + 7 * DAY

    def state(newest: datetime | None, now: datetime) -> WatchState:
        return watch_result(opened_at=DONE, until=until, newest_alert=newest, now=now)

    assert state(DONE - DAY, DONE + DAY) == WatchState.RUNNING
    assert state(DONE - DAY, until) == WatchState.QUIET
    assert state(None, until) == WatchState.QUIET
    assert state(DONE + timedelta(seconds=1), DONE + DAY) == WatchState.RECURRED
    assert state(until + timedelta(seconds=1), until + DAY) == WatchState.QUIET


@given(newest=st.none() | st.integers(-10, 40), now=st.integers(0, 60))
def test_a_watch_ends_in_a_declared_state_and_only_once(newest: int | None, now: int) -> None:
    at = None if newest is None else DONE + newest * DAY
    outcome = watch_result(opened_at=DONE, until=DONE + 30 * DAY, newest_alert=at, now=DONE + now * DAY)
    assert outcome == WatchState.RUNNING or outcome in WATCH_MOVES[WatchState.RUNNING]
    assert all(not after for state, after in WATCH_MOVES.items() if state != WatchState.RUNNING)
