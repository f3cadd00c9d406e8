"""Days from which and until which rows are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from web.jst import JST


@dataclass(frozen=True)
class Period:
    """Days in Japan, both included; None leaves a side open."""

    first: date | None = None
    last: date | None = None

    def within(self, column: str) -> Q:
        """Rows whose time in this column lies in the period."""
        condition = Q()
        if self.first is not None:
            condition &= Q(**{f"{column}__gte": _midnight(self.first)})
        if self.last is not None:
            condition &= Q(**{f"{column}__lt": _midnight(self.last) + timedelta(days=1)})
        return condition


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, JST)


def period_read(first: str, last: str) -> Period:
    """From `2026-11-01` and such; what is no day, or none of this century, leaves its side open."""
    return Period(_day(first), _day(last))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
