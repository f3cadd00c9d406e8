"""Months as the reports count them: Japan's calendar months, [1st 00:00, next 1st 00:00) JST."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from web.jst import JST


@dataclass(frozen=True)
class Month:
    """One calendar month of Japan; `start` and `end` are moments in UTC, `end` is outside."""

    first: date

    @property
    def next_first(self) -> date:
        """The 1st of the month after."""
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1)

    @property
    def last(self) -> date:
        """The month's last day."""
        return self.next_first - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """1st 00:00 JST."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """Next 1st 00:00 JST."""
        return _midnight(self.next_first)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JST).astimezone(UTC)


def jst_day(moment: datetime) -> date:
    """The calendar day in Japan at a moment. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without time zone is on no certain day")
    return moment.astimezone(JST).date()


def month_of(moment: datetime) -> Month:
    """The month in which a moment lies."""
    return Month(jst_day(moment).replace(day=1))


def month_to_close(now: datetime, until: datetime | None) -> Month:
    """The month a closing is about: the one before `now`, or the one that ends in `until` (which is outside)."""
    if until is not None:
        return month_of(until - timedelta(microseconds=1))
    return month_of(month_of(now).start - timedelta(microseconds=1))


def days_between(start: datetime, end: datetime) -> list[date]:
    """The JST days touched by [start, end)."""
    if end <= start:
        return []
    first, last = jst_day(start), jst_day(end - timedelta(microseconds=1))
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """[00:00, next 00:00) JST of a day."""
    return _midnight(day), _midnight(day + timedelta(days=1))


@dataclass(frozen=True)
class Period:
    """[start, end) of the figures."""

    start: datetime
    end: datetime

    @property
    def days(self) -> list[date]:
        """The JST days it touches."""
        return days_between(self.start, self.end)
