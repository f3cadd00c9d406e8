"""Lists of what is over or waits elsewhere, so that nothing the desk recorded gets lost; each can be searched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext

from incidents.core.selectors import incidents_in_reach
from incidents.core.ui import incident_words
from incidents.desk import selectors
from incidents.desk.finding import (
    Search,
    calls_matching,
    cases_matching,
    incidents_matching,
    messages_matching,
    tasks_matching,
)
from incidents.desk.period import Period
from incidents.desk.ui import case_words
from incidents.desk.ui import queue as waiting
from incidents.models import CallBooking, Case, Contact, CustomerMessage, DeskTask, Incident
from notifications.models import Attention
from tenants.models import Organisation
from web import paging
from web.addresses import published

SIZE = 50
EVER = Period()
SHOWN_OF_MESSAGE = 120  # letters


@dataclass(frozen=True)
class Record:
    """One line: where it leads, whose it is, what and when, and how it stands."""

    href: str
    firm: Organisation
    what: str
    detail: str
    at: datetime
    state: str
    tone: str

    @property
    def firm_name(self) -> str:
        """The firm's name; for callers whose firm is not known, words that say so."""
        return self.firm.name if self.firm.kind == Organisation.Kind.SME else gettext("会社が未確認")


def solved_cases(search: Search, period: Period = EVER) -> QuerySet[Case]:
    """Cases that are over, the newest end first."""
    return _cases(selectors.ended_cases().filter(period.within("closed_at")), replace(search, standing="over"))


def all_cases(search: Search, period: Period = EVER) -> QuerySet[Case]:
    """Every case, open or over, the newest first."""
    return _cases(selectors.cases().filter(period.within("opened_at")), search).order_by("-opened_at", "-pk")


def calls_apart(search: Search, period: Period = EVER) -> QuerySet[Contact]:
    """Calls that are not part of a case: left in a hurry, missed, or of somebody nobody knew. The newest first."""
    return _calls(selectors.calls().filter(case__isnull=True), replace(search, standing="open"), period)


def call_log(search: Search, period: Period = EVER) -> QuerySet[Contact]:
    """Every call, in and out, answered or not, the newest first."""
    return _calls(selectors.calls(), search, period)


def talk_log(search: Search, period: Period = EVER) -> QuerySet[CustomerMessage]:
    """What desk and firms wrote to each other, the newest first: of the cases that the search finds."""
    rows = selectors.messages().filter(period.within("at"))
    if search.words:
        rows = rows.filter(messages_matching(search))
    return rows.order_by("-at", "-pk")


def call_backs(search: Search) -> QuerySet[CallBooking]:
    """Calls that firms booked about incidents and that nobody has made yet: the newest booking of each, next first."""
    rows = selectors.calls_booked()
    if search.words:
        about = replace(search, standing="open", most=paging.MOST_COUNTED)
        rows = rows.filter(incident__in=incidents_in_reach().filter(_incidents(about)))
    return rows


def call_wishes(search: Search) -> QuerySet[DeskTask]:
    """Open wishes of firms to be called, the earliest target first."""
    rows = selectors.open_tasks().filter(attention__kind=Attention.Kind.CALL_ME)
    rows = rows.filter(_tasks(replace(search, standing="open"))) if search.words else rows
    return rows.order_by("due_at", "pk")


def everything(search: Search) -> list[tuple[str, list[Record]]]:
    """(heading, newest lines) over all there ever was: cases, calls, incidents, tasks."""
    search = replace(search, most=SIZE)
    cases = _cases(selectors.cases(), search).order_by("-opened_at")
    calls = selectors.calls().filter(calls_matching(search)).order_by("-offered_at")
    incidents = incidents_in_reach().filter(_incidents(search)).order_by("-opened_at")
    tasks = selectors.tasks().filter(_tasks(search)).order_by("-opened_at")
    return [
        (gettext("相談"), case_records(cases[:SIZE])),
        (gettext("インシデント"), incident_records(incidents[:SIZE])),
        (gettext("通話"), call_records(calls[:SIZE])),
        (gettext("依頼"), task_records(tasks[:SIZE])),
    ]


def _calls(rows: QuerySet[Contact], search: Search, period: Period) -> QuerySet[Contact]:
    rows = rows.filter(period.within("offered_at"))
    rows = rows.filter(calls_matching(search)) if search.words else rows
    return rows.order_by("-offered_at", "-pk")


def _cases(rows: QuerySet[Case], search: Search) -> QuerySet[Case]:
    return rows.filter(cases_matching(search, case_words.topics_named(search.words))) if search.words else rows


def _incidents(search: Search) -> Any:
    return incidents_matching(search, incident_words.kinds_named(search.words))


def _tasks(search: Search) -> Any:
    return tasks_matching(search, incident_words.kinds_named(search.words))


def case_records(rows: QuerySet[Case]) -> list[Record]:
    """Cases as lines."""
    return [
        Record(
            href=reverse("desk:case", args=[case.tenant_id, case.pk]),
            firm=case.tenant,
            what=case.title,
            detail=gettext("相談 %(number)s番 %(kind)s")
            % {"number": case.number, "kind": case_words.topic_words(case)},
            at=case.closed_at or case.opened_at,
            state=str(case.get_state_display()),
            tone=waiting.CASE_TONES.get(case.state, "neutral"),
        )
        for case in rows.select_related("tenant")
    ]


def call_records(rows: QuerySet[Contact]) -> list[Record]:
    """Calls as lines."""
    states = {
        "offered": (gettext("呼び出し中"), "attention"),
        "talking": (gettext("通話中"), "info"),
        "abandoned": (gettext("応答できず"), "danger"),
        "answered": (gettext("終了"), "neutral"),
    }
    return [
        Record(
            href=reverse("desk:contact", args=[call.tenant_id, call.pk]),
            firm=call.tenant,
            what=case_words.contact_who(call) or gettext("非通知"),
            detail=_call_detail(call),
            at=call.offered_at,
            state=states[call.outcome][0],
            tone=states[call.outcome][1],
        )
        for call in rows.select_related("tenant", "caller", "case", "agent")
    ]


def _call_detail(call: Contact) -> str:
    firm_name = call.caller.firm_told if call.caller else ""
    about = gettext("相談 %(number)s番") % {"number": call.case.number} if call.case else ""
    return " ・ ".join(word.strip() for word in (firm_name, case_words.contact_words(call), about) if word.strip())


def talk_records(rows: QuerySet[CustomerMessage]) -> list[Record]:
    """Messages as lines: the beginning of what was written, and from whom."""
    return [
        Record(
            href=reverse("desk:case", args=[message.tenant_id, message.case_id]),
            firm=message.tenant,
            what=Truncator(" ".join(message.body.split())).chars(SHOWN_OF_MESSAGE),
            detail=gettext("相談 %(number)s番 %(title)s")
            % {"number": message.case.number, "title": message.case.title},
            at=message.at,
            state=gettext("会社から") if message.from_firm else gettext("窓口から"),
            tone="info" if message.from_firm else "neutral",
        )
        for message in rows.select_related("tenant", "case")
    ]


def incident_records(rows: QuerySet[Incident]) -> list[Record]:
    """Incidents as lines."""
    return [
        Record(
            href=reverse(published("staff_incident"), args=[incident.tenant_id, incident.number]),
            firm=incident.tenant,
            what=gettext("%(number)s番 %(kind)s") % {"number": incident.number, "kind": incident.get_kind_display()},
            detail=str(incident.get_opened_by_display()),
            at=incident.opened_at,
            state=str(incident.get_state_display()),
            tone=incident_words.state_tone(incident.state),
        )
        for incident in rows.select_related("tenant")
    ]


def task_records(rows: QuerySet[DeskTask]) -> list[Record]:
    """Tasks as lines."""
    records = []
    for task in rows.select_related("tenant", "incident", "attention"):
        (what, detail), (state, tone) = waiting.task_words(task), waiting.task_state(task)
        where = reverse(published("staff_task"), args=[task.tenant_id, task.pk])
        words = waiting.task_outcome(task) or detail
        records.append(Record(where, task.tenant, what, words, task.done_at or task.due_at, state, tone))
    return records


def booking_records(rows: Iterable[CallBooking], now: datetime) -> list[Record]:
    """Booked calls as lines: `at` is when the firm wants the call."""
    late, ahead = (gettext("時刻を過ぎました"), "danger"), (gettext("予約"), "info")
    return [
        Record(
            href=reverse(published("staff_incident"), args=[booking.tenant_id, booking.incident.number]),
            firm=booking.tenant,
            what=gettext("インシデント %(number)s番の電話") % {"number": booking.incident.number},
            detail=booking.phone or booking.tenant.phone,
            at=booking.at,
            state=(late if booking.at < now else ahead)[0],
            tone=(late if booking.at < now else ahead)[1],
        )
        for booking in rows
    ]
