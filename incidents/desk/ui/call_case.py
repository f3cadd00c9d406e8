"""What a conversation was about: a case of its own, one that is open, or straight the incident that is open."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from base.moves import MoveRefused, ReasonMissing
from base.refusals import Refusal
from incidents.core.selectors import cases_of, open_incidents
from incidents.desk import calls, cases
from incidents.desk.joining import contact_join_incident
from incidents.desk.rules import CaseIncomplete
from incidents.desk.ui import case_words
from incidents.models import Case, Contact, Incident
from tenants.models import Organisation
from tenants.ui.guard import ActingRequest
from web.refusals import RefusalWords

# Value of the choice "it was about something else than an open incident".
NOT_ABOUT_IT = "none"


class IncidentUnclear(Refusal):
    """Several incidents are open and nobody said which one the conversation was about."""


REFUSALS: RefusalWords = {
    IncidentUnclear: gettext_lazy("どのインシデントの件か、別の話かを選んでください。まだ記録していません。"),
    **dict.fromkeys((ReasonMissing, CaseIncomplete), gettext_lazy("件名と種類を書いてください。")),
    MoveRefused: gettext_lazy("その操作はできません。変更していません。"),
}


def _incident_chosen(request: ActingRequest, contact: Contact) -> Incident | None:
    """The open incident the desk says it was about. Raises IncidentUnclear when several are open and none is chosen."""
    if contact.tenant.kind != Organisation.Kind.SME:
        return None
    running, given = open_incidents(contact.tenant_id), request.POST.get("incident", "")
    chosen = next((incident for incident in running if str(incident.number) == given), None)
    if chosen is None and len(running) > 1 and given != NOT_ABOUT_IT:
        raise IncidentUnclear(contact.pk)
    return chosen


def recorded(request: ActingRequest, contact: Contact) -> Case:
    """Link the conversation to an open case or a new one; the case joins the incident it is about."""
    user, now, given = request.acting.user, timezone.now(), request.POST.get("case", "new")
    incident = _incident_chosen(request, contact)
    _caller_noted(request, contact)
    if given.isdecimal() and len(given) < 18:
        case: Case = get_object_or_404(cases_of(contact.tenant_id), pk=int(given))
    else:
        category, topic = case_words.topic_read(request.POST.get("topic", ""))
        if not category:
            raise CaseIncomplete("what is it about?")
        importance = request.POST.get("importance", "1")
        outward = contact.direction == Contact.Direction.OUT
        case = cases.case_open(
            tenant_id=contact.tenant_id,
            title=request.POST.get("title", ""),
            channel=Case.Channel.DESK if outward else Case.Channel.PHONE,
            now=now,
            by=user,
            importance=int(importance) if importance in {"0", "1", "2", "3"} else 1,
            category=category,
            topic=topic,
            mine=True,
        )
    calls.contact_to_case(contact_id=contact.pk, case=case, by=user, now=now)
    if incident is not None:
        cases.case_join_incident(case=case, incident=incident, by=user, now=now)
    _noted(request, case)
    return case


def joined(request: ActingRequest, contact: Contact) -> Case:
    """Record the conversation with the open incident whose button was pressed, with what was typed until then."""
    pressed = request.POST["join"]
    running = open_incidents(contact.tenant_id) if contact.tenant.kind == Organisation.Kind.SME else []
    incident = next((incident for incident in running if str(incident.number) == pressed), None)
    if incident is None:
        raise MoveRefused("the incident is over")
    _caller_noted(request, contact)
    title = request.POST.get("title", "").strip()
    case = contact_join_incident(
        contact=contact,
        incident=incident,
        title=title or gettext("インシデント %(number)s番についての電話") % {"number": incident.number},
        by=request.acting.user,
        now=timezone.now(),
    )
    _noted(request, case)
    return case


def _caller_noted(request: ActingRequest, contact: Contact) -> None:
    who, now = request.POST.get("who", "").strip(), timezone.now()
    if who or contact.caller_id is None:
        firm_told = request.POST.get("firm_told", "")
        caller = calls.caller_note(
            tenant_id=contact.tenant_id, number=contact.number_raw, name=who, firm_told=firm_told, now=now
        )
        calls.contact_of_caller(contact_id=contact.pk, caller=caller)


def _noted(request: ActingRequest, case: Case) -> None:
    note, user, now = request.POST.get("body", ""), request.acting.user, timezone.now()
    if note.strip():
        case.refresh_from_db()
        cases.case_note(tenant_id=case.tenant_id, case_id=case.pk, version=case.version, by=user, body=note, now=now)
