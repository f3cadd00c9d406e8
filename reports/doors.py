"""The doors through which an office counts over the firms of its programme: numbers only (docs/access.md).

Each checks in the database that the asking person works for the programme's office; fewer than five firms, or fewer
than five that answered, give no row.
"""

from __future__ import annotations

from dataclasses import dataclass
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


def contacts(scope: Scope) -> list[ContactCount]:
    """By month and channel."""
    return [ContactCount(*row) for row in _rows("office_contacts", "month, channel, offered, answered", scope)]


def cases(scope: Scope) -> list[CaseCount]:
    """By kind and how they were solved."""
    return [CaseCount(*row) for row in _rows("office_cases", "category, topic, solved_by, of_incident, cases", scope)]


def inquiries(scope: Scope) -> list[InquiryCount]:
    """By kind, opened in the period."""
    return [InquiryCount(*row) for row in _rows("office_inquiries", "category, topic, of_incident, cases", scope)]


def incidents(scope: Scope) -> list[IncidentCount]:
    """With and without a visit."""
    return [IncidentCount(*row) for row in _rows("office_incidents", "visited, incidents", scope)]


def visits(scope: Scope) -> list[JobCount]:
    """On-site jobs of no incident."""
    return [JobCount(*row) for row in _rows("office_visits", "kind, jobs", scope)]


def lead_times(scope: Scope) -> list[LeadCount]:
    """Days until the vendor's first work."""
    return [LeadCount(*row) for row in _rows("office_lead_times", "days, incidents", scope)]


def minutes(scope: Scope) -> list[MinuteCount]:
    """By kind of work; corrected entries count once."""
    return [MinuteCount(*row) for row in _rows("office_minutes", "kind, minutes, jobs", scope)]


def feedback(scope: Scope) -> list[FeedbackCount]:
    """Only kinds that at least five firms answered."""
    return [FeedbackCount(*row) for row in _rows("office_feedback", "kind, verdict, reason, count", scope)]


def hearings(scope: Scope) -> list[HearingCount]:
    """Vendors' answers, only once they answered about five jobs."""
    return [HearingCount(*row) for row in _rows("office_hearings", "question, answer, count", scope)]


def firm_hearings(scope: Scope) -> list[HearingCount]:
    """Firms' answers about the help, only for questions that five firms answered."""
    return [HearingCount(*row) for row in _rows("office_firms_heard", "question, answer, count", scope)]


def pay(scope: Scope) -> list[PayCount]:
    """By vendor; withdrawn invoices are left out."""
    return [PayCount(*row) for row in _rows("office_pay", "vendor, invoices, minutes, yen", scope)]


def firms(scope: Scope) -> int:
    """Firms under contract with the programme during the time."""
    return int(_rows("office_firm_count", "firms", scope)[0][0])


def _rows(door: str, columns: str, scope: Scope) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM sec.{door}(%s, %s, %s)", [scope.programme_id, scope.since, scope.until])
        return list(cursor.fetchall())
