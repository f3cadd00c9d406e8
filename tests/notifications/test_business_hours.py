"""The clock of opening hours: holidays, the turn of the year, and sums that come out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.channels import SETTINGS
from notifications.hours import BusinessHours, HoursUnreadable, NeverOpen, hours_read
from web.jst import JST

OSK = hours_read("月-金 9:00-18:00")
KMM = hours_read("毎日 9:00-21:00")
MAIL = hours_read("毎日・年末年始 0:00-24:00")
CLOCKS = st.sampled_from([OSK, KMM, MAIL, hours_read("平日祝 9:00-12:00、月-金 13:00-17:30、土 10:00-12:00")])
SECONDS = st.integers(0, 4 * 365 * 86400)
MOMENTS = SECONDS.map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
TURN = st.integers(0, 10 * 86400).map(lambda s: datetime(2026, 12, 27, tzinfo=JST) + timedelta(seconds=s))
LENGTHS = st.timedeltas(timedelta(), timedelta(days=20))


def japan(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=JST)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        (japan(2026, 12, 28, 17, 59), japan(2026, 12, 28, 17, 59)),  # Monday: still open
        (japan(2026, 12, 28, 18, 0), japan(2027, 1, 4, 9, 0)),  # the last minute is over: next year
        (japan(2026, 12, 29, 10, 0), japan(2027, 1, 4, 9, 0)),
        (japan(2027, 1, 3, 23, 59), japan(2027, 1, 4, 9, 0)),
        (japan(2027, 1, 4, 8, 59), japan(2027, 1, 4, 9, 0)),
        (japan(2026, 4, 28, 20, 0), japan(2026, 4, 30, 9, 0)),  # 4/29 is a holiday
        (japan(2026, 9, 18, 19, 0), japan(2026, 9, 24, 9, 0)),  # Sat, Sun, holiday, citizens' holiday, holiday
        (japan(2026, 5, 5, 9, 0), japan(2026, 5, 7, 9, 0)),  # 5/6 stands in for a holiday on Sunday
    ],
)
def test_the_phone_of_osaka_opens_again(at: datetime, opening: datetime) -> None:
    assert OSK.next_opening(at) == opening


def test_the_desk_of_kumamoto_answers_on_holidays_but_not_at_the_turn_of_the_year() -> None:
    assert KMM.is_open(japan(2026, 4, 29, 20, 59))
    assert not KMM.is_open(japan(2026, 4, 29, 21, 0))
    assert KMM.is_open(japan(2026, 12, 28, 20, 0))
    assert KMM.next_opening(japan(2026, 12, 28, 21, 0)) == japan(2027, 1, 4, 9, 0)


def test_four_hours_begun_before_the_turn_of_the_year_end_after_it() -> None:
    assert OSK.add_business(japan(2026, 12, 28, 16, 0), timedelta(hours=4)) == japan(2027, 1, 4, 11, 0)
    assert OSK.business_between(japan(2026, 12, 28, 16, 0), japan(2027, 1, 4, 11, 0)) == timedelta(hours=4)


def test_moments_keep_the_zone_they_came_with() -> None:
    at = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)  # 18:00 in Japan
    assert OSK.next_opening(at).tzinfo is UTC
    assert OSK.next_opening(at) == japan(2027, 1, 4, 9, 0)


@given(CLOCKS, MOMENTS | TURN, LENGTHS)
@example(OSK, japan(2026, 12, 28, 18, 0), timedelta())
def test_what_is_added_is_what_lies_between(hours: BusinessHours, at: datetime, length: timedelta) -> None:
    due = hours.add_business(at, length)
    assert hours.business_between(at, due) == length
    assert due >= at
    if length:
        assert hours.business_between(due - timedelta(microseconds=1), due) > timedelta()  # the earliest such moment


@given(CLOCKS, TURN | MOMENTS, TURN | MOMENTS, TURN | MOMENTS)
def test_stretches_add_up(hours: BusinessHours, a: datetime, b: datetime, c: datetime) -> None:
    assert hours.business_between(a, b) + hours.business_between(b, c) == hours.business_between(a, c)


@given(CLOCKS, TURN | MOMENTS)
def test_the_next_opening_is_open_and_nothing_opens_before(hours: BusinessHours, at: datetime) -> None:
    opening = hours.next_opening(at)
    assert hours.is_open(opening)
    assert hours.business_between(at, opening) == timedelta()
    assert hours.is_open(at) == (opening == at)


@given(TURN | MOMENTS, LENGTHS)
def test_mail_knows_no_closing_time(at: datetime, length: timedelta) -> None:
    assert MAIL.always
    assert MAIL.add_business(at, length) == at + length


def test_days_closed_by_hand_are_closed() -> None:
    summer = hours_read("月-金 9:00-18:00", frozenset({date(2026, 8, 13), date(2026, 8, 14)}))
    assert summer.next_opening(japan(2026, 8, 12, 18, 0)) == japan(2026, 8, 17, 9, 0)


def test_hours_closed_by_hand_for_ever_say_so() -> None:
    start = date(2026, 1, 1)
    never = hours_read("月 9:00-10:00", frozenset(start + timedelta(days=n) for n in range(500)))
    with pytest.raises(NeverOpen):
        never.next_opening(japan(2026, 1, 1))
    with pytest.raises(NeverOpen):
        never.add_business(japan(2026, 1, 1), timedelta(hours=1))


@pytest.mark.parametrize("words", ["月〜金 9:00〜18:00", "月-金 9:00-18:00", "平日 9:00~18:00", "月火水木金9:00-18:00"])
def test_hours_are_read_as_people_write_them(words: str) -> None:
    assert hours_read(words).spans == OSK.spans


@pytest.mark.parametrize(
    "words",
    [
        "",
        "9:00-18:00",
        "月-金",
        "月-金 18:00-9:00",
        "月-金 9:00-25:00",
        "金-月 9:00-18:00",
        "祝 9:00-18:00",
        "月-金 9:60-18:00",
        "いつでも 9:00-18:00",
        "月-金 9:00-18:00、",
    ],
)
def test_what_is_no_opening_time_is_refused(words: str) -> None:
    with pytest.raises(HoursUnreadable):
        hours_read(words)


def test_the_settings_begin_as_osaka_ran_them_and_refuse_nonsense_in_words() -> None:
    by_key = {setting.key: setting for setting in SETTINGS}
    assert by_key["phone_hours"].default == OSK.words
    check = by_key["phone_hours"].check
    assert check is not None
    assert check("月〜金 9:00〜18:00") == "月-金 9:00-18:00"
    with pytest.raises(ValueError, match="月-金 9:00-18:00"):
        check("9時から")
    days = by_key["closed_days"].check
    assert days is not None
    assert days("2026-08-14、2026-08-13") == "2026-08-13 2026-08-14"
    with pytest.raises(ValueError, match="2026-08-13"):
        days("お盆")
