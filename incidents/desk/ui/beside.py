"""What helps the desk beside a case or an incident: articles that fit, ready answers, mails, the booked call."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from base.numbers import number_in
from incidents.core.selectors import booking_of
from incidents.desk.selectors import caller_name_of, mails_of, programme_of_row, words_of_firm
from incidents.knowledge.rules import filled
from incidents.knowledge.selectors import ready_answer, ready_answers, suggestions_for
from incidents.knowledge.ui.articles import BECAUSE
from incidents.models import Article, Case, Contact, Incident
from incidents.states.mail import HANDED_OUT
from notifications.desk import desk_now
from tenants.models import Organisation


def beside_case(case: Case, contacts: list[Contact]) -> dict[str, Any]:
    """Context of `knowledge/_suggested.html`, `knowledge/_answers.html` and `desk_mail/_of_case.html`."""
    programme = programme_of_row(case.tenant)
    return {
        "suggested": articles_that_fit(case.tenant, case.incident, words_of_firm(case)),
        "answers": ready_answers(programme.pk) if programme else [],
        "mails": mails_of([contact.pk for contact in contacts if contact.channel == Contact.Channel.MAIL]),
        "handed_out": HANDED_OUT,
    }


def beside_incident(tenant: Organisation, incident: Incident | None) -> dict[str, Any]:
    """Context of `knowledge/_suggested.html` and `desk/_booking.html`."""
    return {
        "suggested": articles_that_fit(tenant, incident, ""),
        "booking": booking_of(incident) if incident else None,
    }


def articles_that_fit(tenant: Organisation, incident: Incident | None, text: str) -> list[tuple[Article, Any]]:
    """Articles for an incident, or for what a case says, each with why."""
    programme = programme_of_row(tenant)
    if programme is None:
        return []
    suggestions = suggestions_for(programme_id=programme.pk, incident=incident, text=text)
    return [(suggestion.article, BECAUSE[suggestion.because]) for suggestion in suggestions]


def answer_chosen(case: Case, number: str) -> str:
    """A ready answer with its places filled in for a case; "" when there is none of that number."""
    programme = programme_of_row(case.tenant)
    answer = ready_answer(programme_id=programme.pk, pk=number_in(number) or 0) if programme else None
    if answer is None:
        return ""
    desk = desk_now(case.tenant)
    name = caller_name_of(case) or gettext("ご担当者")
    values = {"会社名": case.tenant.name, "受付番号": str(case.number), "担当者名": name}
    if desk:
        values |= {"窓口名": desk.name, "窓口電話": desk.phone, "受付時間": desk.hours}
    return filled(answer.text, values)
