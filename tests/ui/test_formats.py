"""Dates, numbers and addresses are written as the product always writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from web.spans import span
from web.templatetags import formats

MOMENT = datetime(2026, 11, 20, 5, 5, tzinfo=UTC)


def test_a_time_is_shown_in_japan_with_weekday() -> None:
    assert formats.jst(MOMENT) == "2026年11月20日(金) 14:05"
    with translation.override("en"):
        assert formats.jst(MOMENT) == "Fri 20 Nov 2026 14:05 JST"


def test_the_day_is_japans_day_not_greenwichs() -> None:
    assert formats.jst_date(datetime(2026, 10, 31, 15, 0, tzinfo=UTC)) == "2026年11月1日(日)"
    assert formats.jst_date(date(2026, 11, 1)) == "2026年11月1日(日)"
    assert formats.jst_month(datetime(2026, 10, 31, 15, 0, tzinfo=UTC)) == "2026年11月"
    assert formats.jst_time(MOMENT) == "14:05"
    assert formats.iso(MOMENT) == "2026-11-20T14:05:00+09:00"


def test_a_time_without_zone_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ValueError, match="without time zone"):
        formats.jst(datetime(2026, 11, 20, 5, 5))  # noqa: DTZ001 - this is the mistake the filter refuses


def test_missing_times_and_numbers_show_nothing() -> None:
    assert [formats.jst(None), formats.jst_date(None), formats.yen(None), formats.thousands(None)] == [""] * 4


def test_money_and_numbers_have_thousands_separators() -> None:
    assert formats.yen(50000) == "50,000円"
    assert formats.thousands(10796) == "10,796"
    assert formats.thousands(7.6) == "7.6"
    with translation.override("en"):
        assert formats.yen(-48000) == "-¥48,000"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(21, 53, "40% (n=53)"), (823, 10796, "7.6% (n=10,796)"), (0, 53, "0% (n=53)"), (0, 0, "— (n=0)")],
)
def test_a_percentage_never_stands_without_its_n(part: int, whole: int, shown: str) -> None:
    assert formats.percent_n(part, whole) == shown


@pytest.mark.parametrize("address", ["00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e", "00:1a:2b:3c:4d:5e", "001A2B3C4D5E"])
def test_hardware_addresses_look_alike_whatever_separators_they_came_with(address: str) -> None:
    assert formats.mac(address) == "00:1a:2b:3c:4d:5e"


def test_what_is_no_hardware_address_is_left_alone() -> None:
    assert formats.mac("事務所のPC") == "事務所のPC"


def test_lengths_of_time_name_two_units() -> None:
    assert span(timedelta(days=3, hours=4, minutes=9)) == "3日 4時間"
    assert span(1500) == "25分"
    assert span(0) == "0分"
    assert formats.file_size(5_242_880) == "5.2 MB"
