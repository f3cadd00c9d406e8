"""What helps the desk beside a case: articles that fit, ready answers, the mails it came by."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

from base.numbers import number_in
from incidents.core.selectors import booking_of
from incidents.knowledge.rules import filled
from incidents.knowledge.selectors import ready_answers, suggestions_for
from incidents.knowledge.ui.articles import BECAUSE
from incidents.models import Case, Contact, CustomerMessage, DeskMail, Incident, ReadyAnswer
from incidents.states.mail import HANDED_OUT
from notifications.desk import desk_now
from tenants.models import Organisation, Programme
from tenants.selectors import enrolment_current

register = template.Library()


@register.inclusion_tag("knowledge/_suggested.html")
def articles_for(tenant: Organisation, incident: Incident | None = None, case: Case | None = None) -> dict[str, Any]:
    """Articles that fit an incident, or what a case says."""
    programme = programme_of_row(tenant)
    if programme is None:
        return {"suggested": []}
    suggestions = suggestions_for(programme_id=programme.pk, incident=incident, text=_case_text(case) if case else "")
    return {"suggested": [(suggestion.article, BECAUSE[suggestion.because]) for suggestion in suggestions]}


@register.inclusion_tag("desk/_booking.html")
def booking_for(incident: Incident) -> dict[str, Any]:
    """The call the firm has booked about an incident."""
    return {"booking": booking_of(incident)}


@register.inclusion_tag("knowledge/_answers.html")
def answers_for(case: Case) -> dict[str, Any]:
    """Ready answers that may be put into the message of a case."""
    programme = programme_of_row(case.tenant)
    return {"answers": ready_answers(programme.pk) if programme else []}


@register.inclusion_tag("desk_mail/_of_case.html")
def mails_of(contacts: list[Contact]) -> dict[str, Any]:
    """The mails among the contacts of a case, with their files."""
    numbers = [contact.pk for contact in contacts if contact.channel == Contact.Channel.MAIL]
    mails = DeskMail.objects.filter(contact_id__in=numbers).prefetch_related("files") if numbers else []
    return {"mails": mails, "handed_out": HANDED_OUT}


def answer_chosen(case: Case, number: str) -> str:
    """A ready answer with its places filled in for a case; "" when there is none of that number."""
    programme = programme_of_row(case.tenant)
    if programme is None:
        return ""
    answer = ReadyAnswer.objects.filter(pk=number_in(number) or 0, programme=programme, retired_at__isnull=True).first()
    if answer is None:
        return ""
    desk = desk_now(case.tenant)
    contact = Contact.objects.filter(tenant_id=case.tenant_id, case=case).select_related("caller").first()
    name = contact.caller.name if contact and contact.caller else ""
    values = {"会社名": case.tenant.name, "受付番号": str(case.number), "担当者名": name or gettext("ご担当者")}
    if desk:
        values |= {"窓口名": desk.name, "窓口電話": desk.phone, "受付時間": desk.hours}
    return filled(answer.text, values)


def programme_of_row(tenant: Organisation) -> Programme | None:
    """The programme of a firm, or of the office under which people of no firm stand."""
    if tenant.kind == Organisation.Kind.OFFICE:
        return Programme.objects.filter(office=tenant).order_by("pk").first()
    enrolment = enrolment_current(tenant_id=tenant.pk)
    return enrolment.programme if enrolment else None


def _case_text(case: Case) -> str:
    messages = CustomerMessage.objects.filter(tenant_id=case.tenant_id, case=case, from_firm=True)
    return "\n".join([case.title, *messages.order_by("-at").values_list("body", flat=True)[:3]])
