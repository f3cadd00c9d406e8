"""The door through which an office counts over the firms of its programme: numbers only (docs/access.md).

It checks in the database that the asking person works for the programme's office; fewer than five firms, or fewer
than five that answered, give no row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Scope:
    """Whose figures of which time: [since, until)."""

    programme_id: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class ContactCount:
    """Calls, mails or messages that came in during a month."""

    month: date
    channel: str
    offered: int
    answered: int


@dataclass(frozen=True)
class CaseCount:
    """Solved cases of one kind: how they came is not how they were solved (表4-28 ※1)."""

    category: str
    topic: str
    solved_by: str
    of_incident: bool
    cases: int


@dataclass(frozen=True)
class InquiryCount:
    """Cases the desk dealt with, solved or not, by kind; the category "call": answered calls that needed no case."""

    category: str
    topic: str
    of_incident: bool
    cases: int


@dataclass(frozen=True)
class IncidentCount:
    """Incidents somebody worked on; `visited`: somebody went there."""

    visited: bool
    incidents: int


@dataclass(frozen=True)
class JobCount:
    """Jobs begun on site that belong to no incident."""

    kind: str
    jobs: int


@dataclass(frozen=True)
class LeadCount:
    """Incidents by days (JST) from their opening to the vendor's first work."""

    days: int
    incidents: int


@dataclass(frozen=True)
class MinuteCount:
    """Minutes of vendors by kind of work."""

    kind: str
    minutes: int
    jobs: int


@dataclass(frozen=True)
class FeedbackCount:
    """Answers by kind, verdict and reason; the verdict "" counts the firms that were asked."""

    kind: str
    verdict: str
    reason: str
    count: int


@dataclass(frozen=True)
class HearingCount:
    """What vendors answered to one of their questions."""

    question: str
    answer: str
    count: int


@dataclass(frozen=True)
class PayCount:
    """What a vendor billed."""

    vendor: str
    invoices: int
    minutes: int
    yen: int


@dataclass(frozen=True)
class OpinionCount:
    """How satisfied firms are with a month's report; the opinion "" counts the reports that were made."""

    opinion: str
    count: int


@dataclass(frozen=True)
class AnswerCount:
    """Firms by what they answered, or by how far they came (sec.answers_counted)."""

    code: str
    firms: int


@dataclass(frozen=True)
class ProgrammeFigures:
    """What was counted, by measure; `counted_at`: the latest month. No firms at all: not the programme of who asks."""

    firms: int = 0
    counted_at: datetime | None = None
    contacts: list[ContactCount] = field(default_factory=list)
    cases: list[CaseCount] = field(default_factory=list)
    inquiries: list[InquiryCount] = field(default_factory=list)
    incidents: list[IncidentCount] = field(default_factory=list)
    visits: list[JobCount] = field(default_factory=list)
    lead_times: list[LeadCount] = field(default_factory=list)
    minutes: list[MinuteCount] = field(default_factory=list)
    feedback: list[FeedbackCount] = field(default_factory=list)
    hearings: list[HearingCount] = field(default_factory=list)
    firm_hearings: list[HearingCount] = field(default_factory=list)
    pay: list[PayCount] = field(default_factory=list)
    opinions: list[OpinionCount] = field(default_factory=list)
    answers: list[AnswerCount] = field(default_factory=list)


# measure → its figure, from labels and amounts as sec.figures_counted has them.
_FIGURES: dict[str, Callable[[Any, Any], Any]] = {
    "contacts": lambda labels, amounts: ContactCount(date.fromisoformat(labels[0]), labels[1], *amounts),
    "cases": lambda labels, amounts: CaseCount(labels[0], labels[1], labels[2], labels[3] == "true", amounts[0]),
    "inquiries": lambda labels, amounts: InquiryCount(labels[0], labels[1], labels[2] == "true", amounts[0]),
    "incidents": lambda labels, amounts: IncidentCount(labels[0] == "true", *amounts),
    "visits": lambda labels, amounts: JobCount(*labels, *amounts),
    "lead_times": lambda labels, amounts: LeadCount(int(labels[0]), *amounts),
    "minutes": lambda labels, amounts: MinuteCount(*labels, *amounts),
    "feedback": lambda labels, amounts: FeedbackCount(*labels, *amounts),
    "hearings": lambda labels, amounts: HearingCount(*labels, *amounts),
    "firm_hearings": lambda labels, amounts: HearingCount(*labels, *amounts),
    "pay": lambda labels, amounts: PayCount(*labels, *amounts),
    "opinions": lambda labels, amounts: OpinionCount(labels[1], *amounts),
    "answers": lambda labels, amounts: AnswerCount(*labels, *amounts),
}


def programme_figures(scope: Scope) -> ProgrammeFigures:
    """Every measure of a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, labels, amounts, counted_at FROM sec.office_figures(%s, %s, %s) ORDER BY measure, labels",
            [scope.programme_id, scope.since, scope.until],
        )
        rows = cursor.fetchall()
    figures = ProgrammeFigures()
    for measure, labels, amounts, counted_at in rows:
        if measure == "firms":
            figures = replace(figures, firms=amounts[0], counted_at=counted_at)
        else:
            getattr(figures, measure).append(_FIGURES[measure](labels, amounts))
    return figures


def months_to_count(now: datetime) -> list[tuple[int, date]]:
    """(programme_id, first day) of the months whose figures are due, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme_id, month FROM sec.months_to_count(%s)", [now])
        return list(cursor.fetchall())


def month_count(*, programme_id: int, first: date, now: datetime) -> None:
    """Count a programme's month anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.month_count(%s, %s, %s)", [programme_id, first, now])


@dataclass(frozen=True)
class PeerMedians:
    """What similar firms counted in a month. `level`: how alike (reports.models.PeerGroup); from `least_firms` on."""

    level: int
    least_firms: int
    medians: dict[str, int]


def peers_count(*, first: date, now: datetime) -> int:
    """Keep the medians of a month that is over; only the first call of a month does. → groups."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.peers_count(%s, %s)", [first, now])
        groups: int = cursor.fetchone()[0]
    return groups


def peer_medians(first: date) -> PeerMedians | None:
    """Of the firm's own group, in the firm's scope; None: there are too few similar firms."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT level, least_firms, measure, median FROM sec.peer_medians(%s)", [first])
        rows = cursor.fetchall()
    return PeerMedians(rows[0][0], rows[0][1], {row[2]: row[3] for row in rows}) if rows else None


def reports_to_check(*, now: datetime, how_many: int) -> list[tuple[int, int]]:
    """(tenant_id, report_id) of final reports that may have been changed by late data, longest unchecked first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, report_id FROM sec.reports_to_check(%s, %s)", [now, how_many])
        return list(cursor.fetchall())


@dataclass(frozen=True)
class MonthState:
    """How many reports of a month are so far ("missing": not begun), and for which firms, of failed ones only."""

    state: str
    count: int
    error: str = ""
    firms: tuple[int, ...] = ()


def month_states(first: date, last: date) -> list[MonthState]:
    """How far a month's closing is, over all firms: numbers, and of failed reports the reason and the firms' ids."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, how_many, error, firms FROM sec.month_states(%s, %s)", [first, last])
        return [MonthState(state, count, error, tuple(firms)) for state, count, error, firms in cursor.fetchall()]
