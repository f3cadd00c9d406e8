"""One group of alerts for the SOC and the desk: what the grading saw, the packets, why, what else, what was judged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts.judging import judgement_in_force, judgements_of
from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.selectors import detections_of, groups_in_reach
from alerts.soc import notes_of
from alerts.tuning.selectors import tuning_of_group
from alerts.ui import around, facts, listing, rule_words, words
from alerts.ui.colleagues import colleagues
from alerts.ui.verdicts import together_words, verdicts_offered
from alerts.ui.work_list import standing
from incidents.answers.outcomes import endings_alike
from incidents.answers.ui.answering import staff_lines
from incidents.core.answers import answer_in_force, watch_of_answer
from incidents.core.questions import unanswered_group
from incidents.core.selectors import incident_of_group, open_incidents
from incidents.core.ui import incident_words
from incidents.core.verdicts import opinions_of
from incidents.core.wishes import open_wish
from incidents.desk.ui.firm_card import firm_card
from incidents.models import Incident
from portal.ui import staff_alert_acts
from sensors.devices import device_by_mac
from sensors.orders import suppressions_in_force
from tenants.ui.figures import programme_figures
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read

PER_PAGE = 20
MOST_LINES = 20  # of what was judged and noted


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE, Kind.SOC)
def alert(request: ActingRequest, tenant_id: int, group_id: int) -> HttpResponse:
    """Everything stored about a group. POST judges, takes, notes or promotes it (portal.ui.staff_alert_acts)."""
    group: AlertGroup = get_object_or_404(groups_in_reach(), tenant_id=tenant_id, pk=group_id)
    if request.method == "POST":
        answer = staff_alert_acts.done(request, group)
        if answer is not None:
            return answer
    partner_read(request, code="alert.viewed", subject=f"group:{group_id}", tenant_ids=[tenant_id])
    return render(request, "staff/alert.html", _context(request, group) | _around(request, group))


def _context(request: ActingRequest, group: AlertGroup) -> dict[str, Any]:
    now, incident, answer = timezone.now(), incident_of_group(group), answer_in_force(group)
    explanation = words.explained(group, programme_figures(group.tenant_id))
    device = device_by_mac(tenant_id=group.tenant_id, sensor_id=group.sensor_id, mac=group.asset_mac)
    page = Paginator(detections_of(group), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "group": group,
        "row": listing.rows([group])[0],
        "standing": standing(group),
        "explanation": explanation,
        "machine": words.machine(group, explanation.threat.look, device.given_name if device else ""),
        "before": listing.happened_before(group),
        "grading": facts.grading_facts(group),
        "conditions": rule_words.conditions(group.rule),
        "consequences": rule_words.consequences(group.rule),
        "page": page,
        "alerts": [facts.packet_row(alert) for alert in page],
        "device": device,
        "suppressions": suppressions_in_force(sensor=group.sensor, signature_id=group.signature_id, now=now),
        "tuning": tuning_of_group(group),
        "incident": incident,
        "judgement": judgement_in_force(group=group),
        "judgements": judgements_of(group=group)[:MOST_LINES],
        "notes": notes_of(group)[:MOST_LINES],
        "answer_lines": staff_lines(group),
        "opinions": opinions_of(group),
        "asks_firm": unanswered_group(group),
        "watch": watch_of_answer(answer, group.family) if answer is not None else None,
        "verdicts": verdicts_offered(),
        "together": together_words(group),
        "wish": open_wish(group) if incident is None else None,
        "joinable": _joinable(request, group) if incident is None else [],
        "may_promote": incident is None and request.acting.may_write,
        "grounds": staff_alert_acts.grounds(request),
        "colleagues": colleagues(request) if request.acting.kind == Kind.SOC else [],
        "firm": firm_card(group.tenant, now),
        # What was typed in the form that is shown again.
        "judging": request.POST.get("reason", "") if "choice" in request.POST else "",
        "promoting": "" if "choice" in request.POST else request.POST.get("reason", ""),
    }


def _joinable(request: ActingRequest, group: AlertGroup) -> list[tuple[int, str, datetime]]:
    """(number, words, since when) of the firm's open incidents that a detection may belong to."""
    if not request.acting.may_write:
        return []
    open_now = [row for row in open_incidents(group.tenant_id) if row.kind != Incident.Kind.SENSOR_SILENT]
    return [(row.number, incident_words.title(row), row.opened_at) for row in open_now[:MOST_LINES]]


def _around(request: ActingRequest, group: AlertGroup) -> dict[str, Any]:
    """What else was seen; the firms whose rows that shows have the look in their trail."""
    now = timezone.now()
    elsewhere = around.elsewhere(group, now)
    if elsewhere.newest:
        partner_read(request, code="alerts.viewed", subject="alerts", tenant_ids=elsewhere.tenant_ids)
    return {
        "near": around.near(group, now),
        "hours": around.HOURS,
        "elsewhere": elsewhere,
        "endings": endings_alike(group) if group.grade >= Grade.MEDIUM else None,
    }
