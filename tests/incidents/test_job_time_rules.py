"""Working time of a job is added up by kind, whatever the phone's clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.jobsheet.worktime import Entry, TimeRefused, minutes_between, moment, overlapping, totals
from incidents.states.sheet import WorkKind

NOW = datetime(2026, 10, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _entry(kind: str, start: int, minutes: int, by: int = 1) -> Entry:
    began = NOW + start * MINUTE
    return Entry(kind, "remote", began, began + minutes * MINUTE, minutes, by)


def test_the_remote_case_of_osaka_is_235_minutes() -> None:
    sums = totals(
        [
            _entry("hearing", 0, 40),
            _entry("preparation", 40, 50),
            _entry("work", 24 * 60, 80),
            _entry("report", 24 * 60 + 80, 30),
            _entry("other", 24 * 60 + 110, 35),
        ]
    )
    assert sums == {
        "travel": 0,
        "hearing": 40,
        "preparation": 50,
        "work": 80,
        "waiting": 0,
        "report": 30,
        "other": 35,
    }
    assert sum(sums.values()) == 235


@given(st.lists(st.tuples(st.sampled_from(WorkKind), st.integers(0, 600))))
def test_no_minute_is_lost_or_counted_twice(parts: list[tuple[WorkKind, int]]) -> None:
    sums = totals(_entry(kind, 0, minutes) for kind, minutes in parts)
    assert sum(sums.values()) == sum(minutes for _kind, minutes in parts)
    assert set(sums) == {kind.value for kind in WorkKind}


def test_half_a_minute_counts_up_and_a_forgotten_timer_is_not_billed_silently() -> None:
    assert minutes_between(NOW, NOW + timedelta(minutes=39, seconds=30)) == 40
    assert minutes_between(NOW, NOW + timedelta(minutes=39, seconds=29)) == 39
    with pytest.raises(TimeRefused, match="long"):
        minutes_between(NOW, NOW + timedelta(hours=16, seconds=1))
    with pytest.raises(TimeRefused, match="backwards"):
        minutes_between(NOW, NOW - MINUTE)


def test_what_a_phone_that_was_offline_says_holds_unless_it_cannot_be() -> None:
    assert moment(NOW - timedelta(hours=5), NOW) == NOW - timedelta(hours=5)
    assert moment(NOW + timedelta(minutes=3), NOW) == NOW  # a clock that is a little fast
    assert moment(None, NOW) == NOW
    for phone_time, code in ((NOW + timedelta(minutes=6), "ahead"), (NOW - timedelta(days=15), "old")):
        with pytest.raises(TimeRefused, match=code):
            moment(phone_time, NOW)


def test_the_same_minute_is_noticed_when_one_person_wrote_it_down_twice() -> None:
    assert overlapping([_entry("work", 0, 60), _entry("waiting", 30, 10)])
    assert not overlapping([_entry("work", 0, 60), _entry("report", 60, 10)])
    assert not overlapping([_entry("work", 0, 60, by=1), _entry("work", 30, 60, by=2)])
