"""The words of a draft, taken from an incident or a case that is over, without the firm's name (OSK 5.2.5).

What else could tell who it was, rules.traces names to the writer before anything is stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from alerts.kinds import explain_group
from incidents.knowledge.rules import POLITE
from incidents.knowledge.selectors import groups_of
from incidents.knowledge.services import Words, cleaned
from incidents.models import Case, Contact, CustomerMessage, DeskTask, Escalation, Incident, InternalNote
from tenants.models import Organisation


def draft_of_incident(incident: Incident) -> Words:
    """A draft from an incident: what was detected, the advice to the firm, what was done."""
    groups = list(groups_of(incident)[:20])
    explanation = explain_group(groups[0]) if groups else None
    answer = "\n".join([explanation.reason, *explanation.steps]) if explanation else ""
    return Words(
        title=(explanation.headline if explanation else incident.get_kind_display())[:120],
        answer=answer,
        steps=_without(_done(incident), _names_of(incident.tenant)),
        signatures=cleaned((group.signature for group in groups), 300),
        families=cleaned([incident.family], 160),
    )


def draft_of_case(case: Case) -> Words:
    """A draft from a case: question, answers to the firm, the desk's notes, and the detections of its incident."""
    rows = {"tenant_id": case.tenant_id, "case_id": case.pk}
    answers = (
        CustomerMessage.objects.filter(**rows, from_firm=False).order_by("at", "pk").values_list("body", flat=True)
    )
    noted = InternalNote.objects.filter(**rows).order_by("at", "pk").values_list("body", flat=True)
    learnt = Escalation.objects.filter(**rows).exclude(answer="").order_by("at", "pk").values_list("answer", flat=True)
    callers = Contact.objects.filter(**rows, caller__isnull=False).select_related("caller")
    names = [
        *_names_of(case.tenant),
        *(word for call in callers for word in (call.caller.name, call.caller.firm_told)),
    ]
    groups = list(groups_of(case.incident)[:20]) if case.incident else []
    return Words(
        title=_without(case.title, names)[:120],
        answer=_without("\n\n".join(answers), names)[:4000],
        steps=_without("\n".join([*noted, *learnt]), names)[:6000],
        signatures=cleaned((group.signature for group in groups), 300),
        families=cleaned([case.incident.family] if case.incident else [], 160),
    )


def _done(incident: Incident) -> str:
    tasks = DeskTask.objects.filter(tenant_id=incident.tenant_id, incident=incident).exclude(outcome="")
    notes = [str(event.data["note"]) for event in incident.events.all() if event.data.get("note")]
    return "\n".join([*tasks.order_by("opened_at").values_list("outcome", flat=True), *notes])


def _names_of(firm: Organisation) -> list[str]:
    return [firm.name, firm.phone, firm.address, firm.email]


def _without(text: str, names: Iterable[str]) -> str:
    """Longest first, so that no half of a name stays. A name of one character (林) only where a person is spoken of."""
    for name in sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True):
        for spoken in [name] if len(name) > 1 else [name + polite for polite in POLITE]:
            text = text.replace(spoken, gettext("〔会社〕"))
    return text
