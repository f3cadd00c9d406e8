"""Calls and callers: who rang, who answered, for how long, about which case."""

from __future__ import annotations

from datetime import datetime

from base.moves import MoveRefused
from base.phone_numbers import number_of
from incidents.desk.changing import case_event, case_locked, case_saved, trail_of
from incidents.desk.doors import identify_caller
from incidents.models import Caller, Case, Contact
from tenants.audit.record import audit_record
from tenants.models import Organisation, User


def call_start(
    *,
    tenant_id: int,
    number: str,
    by: User,
    now: datetime,
    caller: Caller | None = None,
    direction: str = Contact.Direction.IN,
    channel: str = Contact.Channel.PHONE,
) -> Contact:
    """Begin to log a conversation: answered now. `tenant_id` of an office: the firm is not known."""
    known = number_of(number)
    contact: Contact = Contact.objects.create(
        tenant_id=tenant_id,
        channel=channel,
        direction=direction,
        number_raw=number.strip()[:60],
        number_e164=known.e164 if known else "",
        offered_at=now,
        answered_at=now,
        agent=by,
        caller=caller,
    )
    _trail(contact, "call.started")
    return contact


def call_answer(*, contact_id: int, by: User, now: datetime) -> Contact:
    """Take a call the telephone system offered. Raises MoveRefused when a colleague has it or it is over."""
    contact = _locked(contact_id)
    if contact.ended_at is not None or (contact.agent_id not in (None, by.pk)):
        raise MoveRefused("somebody has it, or it is over")
    contact.agent, contact.answered_at = by, contact.answered_at or max(now, contact.offered_at)
    contact.save(update_fields=["agent", "answered_at"])
    _trail(contact, "call.started")
    return contact


def call_stop(*, contact_id: int, by: User, now: datetime) -> Contact:
    """The conversation is over; stopping twice changes nothing. Raises MoveRefused for another agent's."""
    contact = _locked(contact_id)
    if contact.agent_id != by.pk:
        raise MoveRefused("a colleague's conversation")
    if contact.ended_at is None:
        contact.ended_at = max(now, contact.answered_at or contact.offered_at)
        contact.save(update_fields=["ended_at"])
        _trail(contact, "call.ended")
    return contact


def call_place(*, contact: Contact, firm: Organisation | None, by: User, now: datetime) -> Contact:
    """A call the telephones reported stands under no firm: it moves to the one that was chosen. → the contact."""
    if firm is None or contact.tenant_id == firm.pk:
        return contact
    caller = Caller.objects.create(
        tenant_id=contact.tenant_id,
        number_raw=contact.number_raw,
        number_e164=contact.number_e164,
        first_at=contact.offered_at,
    )
    contact_of_caller(contact_id=contact.pk, caller=caller)
    caller_identify(caller=caller, tenant_id=firm.pk, by=by, now=now)
    moved: Contact = Contact.objects.get(pk=contact.pk)
    return moved


def contact_of_caller(*, contact_id: int, caller: Caller) -> None:
    """It was this caller who spoke."""
    Contact.objects.filter(pk=contact_id).update(caller=caller)


def call_missed(*, contact_id: int, now: datetime) -> bool:
    """Nobody answered: it counts as abandoned. → False when somebody did meanwhile."""
    rows = Contact.objects.filter(pk=contact_id, answered_at__isnull=True, ended_at__isnull=True)
    return bool(rows.update(ended_at=now))


def contact_to_case(*, contact_id: int, case: Case, by: User, now: datetime) -> Contact:
    """Link a contact to a case of the same firm (the database refuses another firm's)."""
    contact = _locked(contact_id)
    contact.case = case
    contact.save(update_fields=["case"])
    locked = case_locked(tenant_id=case.tenant_id, case_id=case.pk, version=None, by=None)
    case_event(locked, "contact", by=by, now=now, contact=contact.pk)
    case_saved(locked, "contact")
    return contact


def caller_note(*, tenant_id: int, number: str, name: str, firm_told: str, now: datetime) -> Caller:
    """The caller with this number and name at this firm; a new one when there is none."""
    known = number_of(number)
    e164 = known.e164 if known else ""
    same = Caller.objects.filter(tenant_id=tenant_id, number_e164=e164, name=name.strip()[:80], merged_into=None)
    caller: Caller | None = same.order_by("pk").first() if e164 or name.strip() else None
    if caller is not None:
        return caller
    made: Caller = Caller.objects.create(
        tenant_id=tenant_id,
        name=name.strip()[:80],
        firm_told=firm_told.strip()[:120],
        number_raw=number.strip()[:60],
        number_e164=e164,
        first_at=now,
    )
    return made


def caller_merge(*, tenant_id: int, caller_id: int, into_id: int, by: User) -> Caller:
    """Merge two callers who are one person: the second gets everything of the first. Raises MoveRefused for itself."""
    rows = Caller.objects.filter(tenant_id=tenant_id, pk__in={caller_id, into_id}, merged_into=None)
    both: dict[int, Caller] = {caller.pk: caller for caller in rows.select_for_update().order_by("pk")}
    if len(both) != 2:
        raise MoveRefused("two callers of one firm are needed")
    gone, kept = both[caller_id], both[into_id]
    Contact.objects.filter(tenant_id=tenant_id, caller=gone).update(caller=kept)
    Caller.objects.filter(tenant_id=tenant_id, merged_into=gone).update(merged_into=kept)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    kept.name = kept.name or gone.name
    kept.number_raw, kept.number_e164 = kept.number_raw or gone.number_raw, kept.number_e164 or gone.number_e164
    kept.save(update_fields=["name", "number_raw", "number_e164"])
    audit_record(
        code="caller.merged", subject=f"caller:{gone.pk}", tenant_id=trail_of(tenant_id), into=kept.pk, by=by.pk
    )
    return kept


def caller_split(*, tenant_id: int, contact_id: int, name: str, now: datetime) -> Caller:
    """Give a contact a new caller: it was somebody else."""
    contact = _locked(contact_id)
    made: Caller = Caller.objects.create(
        tenant_id=tenant_id,
        name=name.strip()[:80],
        number_raw=contact.number_raw,
        number_e164=contact.number_e164,
        first_at=contact.offered_at,
    )
    contact.caller = made
    contact.save(update_fields=["caller"])
    audit_record(code="caller.split", subject=f"caller:{made.pk}", tenant_id=trail_of(tenant_id))
    return made


def caller_identify(*, caller: Caller, tenant_id: int, by: User, now: datetime) -> int:
    """Assign a caller without a firm to this one, with their cases and contacts. → cases that moved."""
    moved = identify_caller(caller_id=caller.pk, tenant_id=tenant_id)
    for case in Case.objects.filter(tenant_id=tenant_id, contacts__caller_id=caller.pk).distinct():
        case_event(case, "identified", by=by, now=now)
    audit_record(code="caller.identified", subject=f"caller:{caller.pk}", tenant_id=tenant_id, cases=moved)
    return moved


def _locked(contact_id: int) -> Contact:
    contact: Contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    return contact


def _trail(contact: Contact, code: str) -> None:
    audit_record(code=code, subject=f"contact:{contact.pk}", tenant_id=trail_of(contact.tenant_id))
