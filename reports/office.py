"""A programme's figures for its office, read through the doors and put into tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports import doors
from reports.doors import Scope
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

    @property
    def hidden(self) -> bool:
        """Whether the programme is too small for any table."""
        return self.firms < LEAST_FIRMS


@dataclass(frozen=True)
class ThisMonth:
    """A month in four numbers for the office's home."""

    calls: int
    answered: int
    inquiries: int
    incidents: int


def month_figures(*, programme_id: int, month: Month) -> ThisMonth | None:
    """What was done in a month; None for a programme too small to count. Needs the scope of a person of its office."""
    scope = Scope(programme_id, month.start, month.end)
    if doors.firms(scope) < LEAST_FIRMS:
        return None
    calls = [row for row in doors.contacts(scope) if row.channel == "phone"]
    return ThisMonth(
        calls=sum(row.offered for row in calls),
        answered=sum(row.answered for row in calls),
        inquiries=sum(row.cases for row in doors.inquiries(scope)),
        incidents=sum(row.incidents for row in doors.incidents(scope)),
    )


def office_figures(*, programme_id: int, span: Span) -> Figures:
    """Every registered table. Needs the scope of a person of the programme's office; others count nothing."""
    scope = Scope(programme_id, span.first.start, Month(span.months[-1]).end)
    counts = Counts(
        months=span.months,
        contacts=doors.contacts(scope),
        cases=doors.cases(scope),
        inquiries=doors.inquiries(scope),
        incidents=doors.incidents(scope),
        visits=doors.visits(scope),
        lead_times=doors.lead_times(scope),
        minutes=doors.minutes(scope),
        feedback=doors.feedback(scope),
        hearings=doors.hearings(scope),
        firm_hearings=doors.firm_hearings(scope),
        pay=doors.pay(scope),
    )
    firms = doors.firms(scope)
    return Figures(firms, [measure.table(counts) for measure in MEASURES] if firms >= LEAST_FIRMS else [])
