"""An incident as the firm sees it: where it stands, what to do, what help is offered."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from alerts.explanation import CaseExplanation
from alerts.models import AlertGroup
from alerts.ui import listing, words
from incidents.answers.ui.answering import answering
from incidents.core.reading import messages_of_incident, messages_read
from incidents.core.receipts import receipt_record
from incidents.core.selectors import incident_events, incident_groups, incidents_of, one_a_machine
from incidents.core.ui import incident_words
from incidents.crisis.ui.call_booking import night
from incidents.dispatch.ui.words import help_of
from incidents.isolation.ui.card import firm_cards, worth_showing
from incidents.models import INCIDENT_STATES, Incident, IncidentReceipt
from incidents.states.incident import IncidentState
from incidents.states.job import JobState
from incidents.ui import timeline
from notifications.ui.cards import line_of
from portal.ui.cover import entitlement_of, entitlement_of_job
from tenants.ui.figures import programme_figures
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.templatetags.formats import jst
from web.templatetags.mail_words import kind_count


@require_safe
@open_to(Kind.SME)
def incident(request: ActingRequest, number: int) -> HttpResponse:
    """One of the firm's own incidents."""
    tenant_id = request.acting.organisation.pk
    incident = get_object_or_404(incidents_of(tenant_id), number=number)
    # Whoever at the firm opens the page has seen the incident: the mail needs no tracking pixel (N2).
    receipt_record(incident=incident, how=IncidentReceipt.How.PORTAL, by=request.acting.user, now=timezone.now())
    messages_read(messages_of_incident(incident), by=request.acting.user, now=timezone.now())
    groups = list(incident_groups(incident))
    rows = listing.rows(groups)
    explanation = words.explained(groups[0], programme_figures(tenant_id)) if groups else None
    helping = help_of(incident)
    desk = night(incident, timezone.now())
    context = {
        "incident": incident,
        "title": incident_words.title(incident),
        "lead": _lead(incident, helping),
        "tone": incident_words.state_tone(incident.state),
        "closed": incident.state == IncidentState.CLOSED,
        "step_labels": [label for _state, label in INCIDENT_STATES],
        "step": incident_words.state_step(incident.state),
        "facts": _facts(rows, explanation),
        "rows": rows,
        "machines": one_a_machine(groups) if incident.state != IncidentState.CLOSED else [],
        "steps": explanation.steps[0 if desk["desk_open"] else explanation.pictured :] if explanation else (),
        "pictured": bool(explanation and explanation.pictured),
        "entitlement": entitlement_of_job(helping["job"]) if helping else entitlement_of(incident),
        "help": helping,
        # Once the vendor has reported, its report waits for the firm; the steps return if the detection does.
        "first_steps": incident.state != IncidentState.CLOSED and not helping.get("treated"),
        "history": timeline.lines(incident_events(incident)),
        "deliveries": [line_of(message) for message in messages_of_incident(incident)],
        "night": desk,
        "may_write": request.acting.may_write,
        "isolations": worth_showing(
            firm_cards(incident, timezone.now(), may_write=request.acting.may_write),
            closed=incident.state == IncidentState.CLOSED,
        ),
        "answering": _answering(groups[0]) if groups and incident.state != IncidentState.CLOSED else None,
    }
    return render(request, "portal/incident.html", context)


def _answering(newest: AlertGroup) -> dict[str, Any]:
    return answering(newest, action=reverse("answers:answer", args=[newest.pk]), named=True, back="incident")


def _lead(incident: Incident, helping: dict[str, Any]) -> str:
    """Where it stands; while the desk has not ended it, what the firm does about the vendor's report."""
    if incident.state in (IncidentState.WATCHING, IncidentState.CLOSED) or not helping.get("treated"):
        return str(incident_words.LEADS[IncidentState(incident.state)])
    if helping["job"].state == JobState.REPORTED:
        return gettext("専門家の作業が終わりました。下の「作業の報告を読む」から、内容を確かめてください。")
    return gettext(
        "専門家の作業が終わりました。相談窓口が、もう起きないか確かめています。していただくことはありません。"
    )


def _facts(rows: list[listing.GroupRow], explanation: CaseExplanation | None) -> list[tuple[str, str]]:
    if not rows or explanation is None:
        return []
    groups = [row.group for row in rows]
    devices = dict.fromkeys(row.device for row in rows)
    seen, blocked = sum(group.alert_count for group in groups), sum(group.blocked_count for group in groups)
    threat = explanation.threat
    counted = {"count": seen, "blocked": blocked, "passed": seen - blocked}  # in the words of the mail
    return [
        (gettext("どの機器"), gettext("、").join(devices)),
        (gettext("最初に見つけた日時"), jst(min(group.first_at for group in groups))),
        (gettext("最後に見つけた日時"), jst(max(group.last_at for group in groups))),
        (gettext("回数"), kind_count(counted)),
        (gettext("そう考えた理由"), explanation.reason),
        (gettext("これは何か"), f"{threat.name} ― {threat.about}"),
    ]
