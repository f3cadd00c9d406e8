"""A programme's figures for its office, read through the doors and put into tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from incidents.answers.figures import firms_by_answer
from reports.doors import Scope, programme_figures
from reports.months import Month
from reports.office_tables import LEAST_FIRMS, MEASURES, Counts, Table

MOST_MONTHS = 24


@dataclass(frozen=True)
class Span:
    """Months from the first to the last, both inside."""

    first: Month
    last: Month

    @property
    def months(self) -> list[date]:
        """The first day of each."""
        months: list[date] = []
        month = self.first
        while month.first <= self.last.first and len(months) < MOST_MONTHS:
            months.append(month.first)
            month = Month(month.next_first)
        return months


@dataclass(frozen=True)
class Figures:
    """The tables, or none because a firm could be recognised."""

    firms: int
    tables: list[Table]
    counted_at: datetime | None = None

    @property
    def hidden(self) -> bool:
        """Whether the programme is too small for any table."""
        return self.firms < LEAST_FIRMS


@dataclass(frozen=True)
class ThisMonth:
    """A programme's month in five numbers for the office's home; no more than the first from fewer than five firms."""

    firms: int
    counted_at: datetime | None
    calls: int
    answered: int
    inquiries: int
    incidents: int

    @property
    def hidden(self) -> bool:
        """Whether the programme is too small to count more than its firms."""
        return self.firms < LEAST_FIRMS


def month_figures(*, programme_id: int, month: Month) -> ThisMonth:
    """What was done in a month. Needs the scope of a person of the programme's office; others count nothing."""
    counted = programme_figures(Scope(programme_id, month.start, month.end))
    calls = [row for row in counted.contacts if row.channel == "phone"]
    return ThisMonth(
        firms=counted.firms,
        counted_at=counted.counted_at,
        calls=sum(row.offered for row in calls),
        answered=sum(row.answered for row in calls),
        inquiries=sum(row.cases for row in counted.inquiries),
        incidents=sum(row.incidents for row in counted.incidents),
    )


def office_figures(*, programme_id: int, span: Span) -> Figures:
    """Every registered table. Needs the scope of a person of the programme's office; others count nothing."""
    since, until = span.first.start, Month(span.months[-1]).end
    counted = programme_figures(Scope(programme_id, since, until))
    counts = Counts(
        months=span.months,
        contacts=counted.contacts,
        cases=counted.cases,
        inquiries=counted.inquiries,
        incidents=counted.incidents,
        visits=counted.visits,
        lead_times=counted.lead_times,
        minutes=counted.minutes,
        feedback=counted.feedback,
        hearings=counted.hearings,
        firm_hearings=counted.firm_hearings,
        pay=sorted(counted.pay, key=lambda row: (-row.yen, row.vendor)),
        opinions=counted.opinions,
        answers=firms_by_answer({row.code: row.firms for row in counted.answers}),
    )
    tables = [measure.table(counts) for measure in MEASURES] if counted.firms >= LEAST_FIRMS else []
    return Figures(counted.firms, tables, counted.counted_at)
