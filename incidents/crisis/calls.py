"""Calls a firm books for the desk's next opening. All need the firm's open scope."""

from __future__ import annotations

from datetime import datetime

from base.phone_numbers import number_of
from base.refusals import Refusal
from incidents.core.course import locked, task_ensure
from incidents.core.receipts import receipt_record
from incidents.core.selectors import booking_of
from incidents.core.timeline import event_add
from incidents.models import CallBooking, DeskTask, IncidentReceipt
from incidents.states.incident import IncidentState
from incidents.states.task import TaskState
from tenants.audit.record import audit_record


class IncidentOver(Refusal):
    """Nothing to call about any more."""


class LinkUsed(Refusal):
    """Another booking was made since the link was sent."""


def call_book(*, incident_id: int, at: datetime, phone: str, now: datetime, instead_of: int) -> CallBooking:
    """Book a call; the newest booking of an incident holds, the same again changes nothing.

    `instead_of`: the booking that is to be replaced, 0: there is none. The desk's task about the incident is due then
    (made anew when there is none), and the firm counts as informed. `phone` "": the number the firm gave the programme.
    Raises IncidentOver, LinkUsed when another booking holds meanwhile.
    """
    incident = locked(incident_id)
    if incident.state == IncidentState.CLOSED:
        raise IncidentOver(incident.number)
    number = number_of(phone)
    dialled = (number.raw if number else phone.strip())[:40]
    held = booking_of(incident)
    if held is not None and (held.at, held.phone) == (at, dialled):
        return held
    if (held.pk if held else 0) != instead_of:
        raise LinkUsed(incident.number)
    booking: CallBooking = CallBooking.objects.create(
        tenant_id=incident.tenant_id, incident=incident, at=at, phone=dialled, asked_at=now
    )
    task_ensure(incident, now)
    DeskTask.objects.filter(tenant_id=incident.tenant_id, incident=incident, done_at__isnull=True).exclude(
        state=TaskState.DONE
    ).update(due_at=at)
    receipt_record(incident=incident, how=IncidentReceipt.How.PORTAL, by=None, now=now)
    event_add(incident=incident, code="call_booked", at=now, when=at.isoformat())
    audit_record(code="call.booked", subject=f"incident:{incident.number}", at=at.isoformat())
    return booking
