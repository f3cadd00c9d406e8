"""By when a firm reports a leak of personal data (個人情報保護法 26条, 施行規則 7条・8条)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.breach.rules import Stage, clock, stage
from incidents.states.breach import Reason

AWARE = date(2026, 11, 20)
NO = {"quick_on": None, "final_on": None}


@pytest.mark.parametrize(
    ("reasons", "quick", "final"),
    [
        ([], None, None),
        (["money"], date(2026, 11, 24), date(2026, 12, 19)),
        (["many", "sensitive"], date(2026, 11, 24), date(2026, 12, 19)),
        (["intent"], date(2026, 11, 24), date(2027, 1, 18)),
        (["money", "intent"], date(2026, 11, 24), date(2027, 1, 18)),
    ],
)
def test_the_first_report_within_five_days_the_full_one_within_thirty_or_sixty(
    reasons: list[str], quick: date | None, final: date | None
) -> None:
    days = clock(AWARE, reasons)
    assert (days and days.quick_until, days and days.final_until) == (quick, final)


def test_the_day_of_becoming_aware_is_the_first() -> None:
    days = clock(AWARE, ["money"])
    assert days is not None
    assert days.quick_from == date(2026, 11, 22)  # the third day
    assert (days.final_until - AWARE).days == 29


@pytest.mark.parametrize(
    ("given_days", "today", "expected"),
    [
        (NO, date(2026, 11, 24), Stage.QUICK),
        (NO, date(2026, 11, 25), Stage.QUICK_LATE),
        (NO | {"quick_on": AWARE}, date(2026, 12, 19), Stage.FINAL),
        (NO | {"quick_on": AWARE}, date(2026, 12, 20), Stage.FINAL_LATE),
        (NO | {"final_on": AWARE}, date(2026, 12, 20), Stage.DONE),
    ],
)
def test_what_is_next(given_days: dict[str, date | None], today: date, expected: Stage) -> None:
    assert stage(clock(AWARE, ["money"]), today=today, **given_days) is expected


@given(st.sets(st.sampled_from(list(Reason))), st.integers(0, 400))
def test_without_a_reason_nothing_is_owed_and_one_more_reason_never_shortens_the_time(
    reasons: set[Reason], later: int
) -> None:
    today = AWARE + timedelta(days=later)
    days = clock(AWARE, reasons)
    assert (days is None) == (not reasons)
    assert (stage(days, today=today, **NO) is Stage.NOT_OWED) == (not reasons)
    for reason in Reason:
        more = clock(AWARE, reasons | {reason})
        assert more is not None
        assert days is None or more.final_until >= days.final_until
