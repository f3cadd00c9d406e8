"""Named writes of the desk's cases. All need an open scope that sees the firm, or the desk of the programme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from base.moves import MoveRefused, Party, ReasonMissing
from base.reasons import says_something
from incidents.core.receipts import receipt_record
from incidents.core.targets import desk_due
from incidents.desk.changing import case_event, case_locked, case_saved, case_state_set, trail_of
from incidents.desk.rules import CaseIncomplete, importance_at_least, require_category
from incidents.doors import lock_numbers
from incidents.models import Case, Contact, CustomerMessage, Escalation, Incident, IncidentReceipt, InternalNote
from incidents.states.case import CaseState
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.jobs import wake
from tenants.tenancy.scope import tenant_scope

ANNOUNCE_TASK = "incidents.tasks.tell_firms"


def case_open(
    *,
    tenant_id: int,
    title: str,
    channel: str,
    now: datetime,
    by: User | None,
    importance: int = 1,
    category: str = "",
    topic: str = "",
    incident: Incident | None = None,
    mine: bool = False,
) -> Case:
    """Open a case; `mine`: `by` works on it from the start. `tenant_id` of an office: people of no firm.

    Raises ReasonMissing without a title, CaseIncomplete for a topic of another category.
    """
    if not title.strip():
        raise ReasonMissing("a case needs a title")
    if category or topic:
        require_category(category, topic)
    importance = importance_at_least(category, topic, max(importance, incident.grade if incident else 0))
    lock_numbers(tenant_id)
    highest = Case.objects.filter(tenant_id=tenant_id).aggregate(n=Max("number"))["n"] or 0
    case: Case = Case.objects.create(
        tenant_id=tenant_id,
        number=highest + 1,
        title=title.strip()[:120],
        category=category,
        topic=topic,
        channel=channel,
        importance=importance,
        incident=incident,
        opened_at=now,
        due_at=desk_due(tenant_id=tenant_id, importance=importance, at=now),
        state=CaseState.WORKING if mine else CaseState.NEW,
        assignee=by if mine else None,
    )
    case_event(case, "opened", by=by, now=now)
    return case


def case_take(*, tenant_id: int, case_id: int, version: int | None, by: User, now: datetime) -> Case:
    """Begin to work on a case; one's own again changes nothing. Raises CaseTaken, CaseChanged, MoveRefused."""
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=None, by=by)
    if case.assignee_id == by.pk and case.state == CaseState.WORKING:
        return case
    reason = "reopened" if case.state == CaseState.SOLVED else ""
    case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=by)
    case_state_set(case, CaseState.WORKING, party=Party.DESK, by=by, now=now, reason=reason)
    case.assignee = by
    return case_saved(case, "taken")


def case_take_over(*, tenant_id: int, case_id: int, version: int, by: User, reason: str, now: datetime) -> Case:
    """Work on a case another agent has, saying why: they went home. Raises CaseChanged, ReasonMissing, MoveRefused."""
    if not says_something(reason):
        raise ReasonMissing("say why you take it over")
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=None)
    if case.assignee is None or case.assignee_id == by.pk:
        raise MoveRefused("nobody to take it over from")
    before, case.assignee = str(case.assignee), by
    case_event(case, "taken_over", by=by, now=now, before=before, reason=reason.strip()[:300])
    return case_saved(case, "taken_over", reason=reason.strip()[:300])


def case_release(*, tenant_id: int, case_id: int, version: int, by: User, now: datetime) -> Case:
    """Give a case back. Raises CaseTaken, CaseChanged, MoveRefused."""
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=by)
    if case.state == CaseState.WORKING:
        case_state_set(case, CaseState.NEW, party=Party.DESK, by=by, now=now)
    elif case.assignee is None:
        raise MoveRefused("nobody has it")
    case.assignee = None
    return case_saved(case, "released")


def case_describe(
    *,
    tenant_id: int,
    case_id: int,
    version: int,
    by: User,
    now: datetime,
    title: str,
    category: str,
    topic: str,
    importance: int,
    incident: Incident | None,
) -> Case:
    """What a case is about. A higher importance gives an earlier target; a newly linked incident lends its own.

    Raises CaseIncomplete, ReasonMissing, …
    """
    if not title.strip():
        raise ReasonMissing("a case needs a title")
    if category or topic:
        require_category(category, topic)
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=by)
    importance = importance_at_least(category, topic, importance)
    if incident is not None and incident.pk != case.incident_id:
        importance = max(importance, incident.grade)
    if importance > case.importance:
        case.due_at = min(case.due_at, desk_due(tenant_id=tenant_id, importance=importance, at=now))
    case.title, case.category, case.topic = title.strip()[:120], category, topic
    case.importance, case.incident = importance, incident
    case_event(case, "described", by=by, now=now)
    return case_saved(case, "described", category=category, topic=topic, importance=importance)


def case_join_incident(*, case: Case, incident: Incident, by: User, now: datetime) -> Case:
    """A conversation about this case was about an open incident: the case belongs to it and becomes as urgent.

    A case that belongs to another incident stays there. Speaking with the firm shows that it knows of the incident.
    """
    locked = case_locked(tenant_id=case.tenant_id, case_id=case.pk, version=None, by=None)
    receipt_record(incident=incident, how=IncidentReceipt.How.CALL, by=by, now=now)
    if locked.incident_id is not None:
        return locked
    if incident.grade > locked.importance:
        locked.importance = incident.grade
        due = desk_due(tenant_id=case.tenant_id, importance=incident.grade, at=now)
        locked.due_at = min(locked.due_at, due)
    locked.incident = incident
    case_event(locked, "incident", by=by, now=now, number=incident.number)
    return case_saved(locked, "incident_joined", incident=incident.number)


def case_solve(*, tenant_id: int, case_id: int, version: int, by: User, solved_by: str, now: datetime) -> Case:
    """Record that the matter is settled, and how (OSK 表4-28). Raises CaseIncomplete without kind and way, …"""
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=by)
    require_category(case.category, case.topic)
    if solved_by not in Case.Solved.values:
        raise CaseIncomplete("how was it solved?")
    case_state_set(case, CaseState.SOLVED, party=Party.DESK, by=by, now=now, solved_by=solved_by)
    case.solved_by, case.assignee = solved_by, case.assignee or by
    case.answered_at = case.answered_at or now
    return case_saved(case, "solved", solved_by=solved_by)


def case_note(*, tenant_id: int, case_id: int, version: int, by: User, body: str, now: datetime) -> InternalNote:
    """Write something for the desk and the SOC alone. Anybody of them may, whoever works on the case."""
    text = _required_text(body)
    # The SOC may write notes and change no case: counting the change is the platform's own work.
    with tenant_scope(tenant_id):
        case = case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=None)
        case.version += 1
        case.save(update_fields=["version"])
    note: InternalNote = InternalNote.objects.create(tenant_id=tenant_id, case=case, body=text, at=now, author=by)
    audit_record(code="case.noted", subject=f"case:{case.pk}", tenant_id=trail_of(tenant_id))
    return note


def case_message(
    *, tenant_id: int, case_id: int, version: int, by: User, body: str, now: datetime, wait: bool = False
) -> CustomerMessage:
    """Write a message to the firm, which reads it in the portal; a mail announces it. `wait`: it must answer next."""
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=by)
    if case.state in (CaseState.SOLVED, CaseState.MERGED):
        raise MoveRefused("the case is over")
    message: CustomerMessage = CustomerMessage.objects.create(
        tenant_id=tenant_id, case=case, from_firm=False, body=_required_text(body), at=now, author=by
    )
    if case.state == CaseState.NEW:
        case_state_set(case, CaseState.WORKING, party=Party.DESK, by=by, now=now)
    case.assignee = case.assignee or by
    case.answered_at = case.answered_at or now
    if wait and case.state != CaseState.WAITING:
        case_state_set(case, CaseState.WAITING, party=Party.DESK, by=by, now=now)
    case_saved(case, "answered")
    wake(ANNOUNCE_TASK)
    return message


def case_escalate(
    *, tenant_id: int, case_id: int, version: int, by: User, to: str, name: str, question: str, now: datetime
) -> Escalation:
    """Hand a case to the SOC, the office or a vendor with what they are to do (OSK 4.3.2 ②). Raises ReasonMissing, …"""
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=by)
    if to not in Escalation.To.values:
        raise CaseIncomplete("to whom?")
    if case.state == CaseState.NEW:
        case_state_set(case, CaseState.WORKING, party=Party.DESK, by=by, now=now)
    if case.state != CaseState.ESCALATED:
        case_state_set(case, CaseState.ESCALATED, party=Party.DESK, by=by, now=now, reason=question, whom=to)
    elif not question.strip():
        raise ReasonMissing("say what is asked")
    case.assignee = case.assignee or by
    made: Escalation = Escalation.objects.create(
        tenant_id=tenant_id, case=case, to=to, name=name.strip()[:120], question=question.strip()[:1000], at=now, by=by
    )
    case_saved(case, "escalated", to=to)
    return made


def escalation_answer(*, tenant_id: int, escalation_id: int, by: User, answer: str, now: datetime) -> Escalation:
    """Store an answer; the case waits for the desk again. The SOC answers itself, the desk enters others' answers.

    Raises MoveRefused when it was answered before, ReasonMissing without words.
    """
    escalation: Escalation = (
        Escalation.objects.filter(tenant_id=tenant_id).select_for_update(of=("self",)).get(pk=escalation_id)
    )
    if escalation.answered_at is not None:
        raise MoveRefused("answered before")
    escalation.answer, escalation.answered_at, escalation.answered_by = _required_text(answer)[:2000], now, by
    escalation.save(update_fields=["answer", "answered_at", "answered_by"])
    return escalation


def case_answer_in(*, tenant_id: int, case_id: int, now: datetime) -> bool:
    """Let the case go on once all answers have come. Background work, for whoever answered. → whether it moved."""
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=None, by=None)
    open_ones = Escalation.objects.filter(tenant_id=tenant_id, case_id=case_id, answered_at__isnull=True)
    if case.state != CaseState.ESCALATED or open_ones.exists():
        return False
    to = CaseState.WORKING if case.assignee_id else CaseState.NEW
    case_state_set(case, to, party=Party.RULE, by=None, now=now)
    case_saved(case, "answer_in")
    return True


def case_merge(
    *, tenant_id: int, case_id: int, version: int, into_number: int, by: User, reason: str, now: datetime
) -> Case:
    """Go on with this case as another of the same firm: contacts, notes and messages stay where they are written, and
    are read together there. → the case that goes on. Raises MoveRefused for itself, a merged or an unknown one.
    """
    numbers = Case.objects.filter(tenant_id=tenant_id, number=into_number).values_list("pk", flat=True)
    target_id = numbers.first()
    if target_id is None or target_id == case_id:
        raise MoveRefused("no such other case of this firm")
    # Always in the same order, so that two merges never wait for each other.
    locked = {
        each: case_locked(tenant_id=tenant_id, case_id=each, version=version if each == case_id else None, by=None)
        for each in sorted((case_id, target_id))
    }
    case, target = locked[case_id], locked[target_id]
    if target.state == CaseState.MERGED:
        raise MoveRefused("that one is merged itself")
    case_state_set(case, CaseState.MERGED, party=Party.DESK, by=by, now=now, reason=reason, into=target.number)
    Contact.objects.filter(tenant_id=tenant_id, case=case).update(case=target)
    case.merged_into = target
    case_saved(case, "merged", into=target.number)
    Case.objects.filter(tenant_id=tenant_id, merged_into=case).update(merged_into=target)
    target.importance = max(target.importance, case.importance)
    target.due_at = min(target.due_at, case.due_at)
    target.incident = target.incident or case.incident
    case_event(target, "merged_here", by=by, now=now, number=case.number)
    return case_saved(target, "merged_here", number=case.number)


def case_split(
    *, tenant_id: int, case_id: int, version: int, contact_ids: Sequence[int], title: str, by: User, now: datetime
) -> Case:
    """Make a new case of some contacts that were about something else. Raises CaseIncomplete for none, …"""
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=version, by=by)
    chosen = Contact.objects.filter(tenant_id=tenant_id, case=case, pk__in=contact_ids)
    first = chosen.order_by("offered_at").first()
    if first is None:
        raise CaseIncomplete("choose what the new case is about")
    channel = first.channel if first.channel in Case.Channel.values else Case.Channel.PHONE
    made = case_open(tenant_id=tenant_id, title=title, channel=channel, importance=case.importance, by=by, now=now)
    chosen.update(case=made)
    case_event(made, "split_from", by=by, now=now, number=case.number)
    case_event(case, "split", by=by, now=now, number=made.number)
    case_saved(case, "split", into=made.number)
    return made


def _required_text(body: str) -> str:
    if not body.strip():
        raise ReasonMissing("nothing was written")
    return body.strip()[:4000]


__all__: list[Any] = [
    "case_answer_in",
    "case_describe",
    "case_escalate",
    "case_join_incident",
    "case_merge",
    "case_message",
    "case_note",
    "case_open",
    "case_release",
    "case_solve",
    "case_split",
    "case_take",
    "case_take_over",
    "escalation_answer",
]
