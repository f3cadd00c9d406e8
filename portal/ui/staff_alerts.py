"""One group of alerts for the SOC and the desk: what the grading saw, the packets, why, and what can be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from alerts.judging import group_judge, judgement_in_force, judgements_of
from alerts.models import AlertGroup
from alerts.models.judgement import Verdict
from alerts.selectors import detections_of, groups_in_reach
from alerts.ui import facts, listing, rule_words, words
from base.moves import MoveRefused, ReasonMissing
from incidents.answers.ui.answering import staff_lines
from incidents.core.answers import answer_in_force, watch_of_answer
from incidents.core.opening import incident_promote
from incidents.core.questions import unanswered_group
from incidents.core.selectors import incident_of_group
from incidents.core.wishes import open_wish
from incidents.desk.ui.firm_card import firm_card
from incidents.states.incident import Opening
from sensors.devices import device_by_mac
from sensors.orders import suppressions_in_force
from tenants.ui.figures import programme_figures
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.refusals import RefusalWords, refusals_shown

PER_PAGE = 20
# On whose ground the desk may promote: the firm asked for it, or the desk judges so.
DESK_GROUNDS = (Opening.WISH, Opening.DESK)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE, Kind.SOC)
def alert(request: ActingRequest, tenant_id: int, group_id: int) -> HttpResponse:
    """Everything stored about a group. POST judges it, or promotes it: first response for what no rule gave it to."""
    group: AlertGroup = get_object_or_404(groups_in_reach(), tenant_id=tenant_id, pk=group_id)
    reason = ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        act = _judge if request.POST.get("action") == "judge" else _promote
        done = act(request, group, reason)
        if done is not None:
            return done
    partner_read(request, code="alert.viewed", subject=f"group:{group_id}", tenant_ids=[tenant_id])
    return render(request, "staff/alert.html", _context(request, group) | {"reason": reason})


def _context(request: ActingRequest, group: AlertGroup) -> dict[str, Any]:
    now, incident, answer = timezone.now(), incident_of_group(group), answer_in_force(group)
    explanation = words.explained(group, programme_figures(group.tenant_id))
    device = device_by_mac(tenant_id=group.tenant_id, sensor_id=group.sensor_id, mac=group.asset_mac)
    page = Paginator(detections_of(group), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "group": group,
        "row": listing.rows([group])[0],
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
        "incident": incident,
        "judgement": judgement_in_force(group=group),
        "judgements": judgements_of(group=group)[:20],
        "answer_lines": staff_lines(group),
        "asks_firm": unanswered_group(group),
        "watch": watch_of_answer(answer, group.family) if answer is not None else None,
        "verdicts": Verdict.choices,
        "wish": open_wish(group) if incident is None else None,
        "may_promote": incident is None and request.acting.may_write,
        "grounds": [(value.value, label) for value, label in _grounds(request)],
        "firm": firm_card(group.tenant, now),
    }


def _grounds(request: ActingRequest) -> list[tuple[Opening, str]]:
    if request.acting.kind == Kind.SOC:
        return [(Opening.ANALYST, gettext("監視担当の判断"))]
    names = {Opening.WISH: gettext("会社の希望"), Opening.DESK: gettext("相談窓口の判断")}
    return [(ground, names[ground]) for ground in DESK_GROUNDS]


def _judge(request: ActingRequest, group: AlertGroup, reason: str) -> HttpResponse | None:
    """→ where to go; None without a reason."""
    verdict = request.POST.get("verdict", "")
    if verdict not in Verdict.values:
        messages.error(request, gettext("判断を選んでください。まだ記録していません。"))
        return None
    with refusals_shown(request, {ReasonMissing: gettext("理由を書いてください。まだ記録していません。")}):
        group_judge(group=group, verdict=Verdict(verdict), reason=reason, by=request.acting.user, now=timezone.now())
        messages.success(request, gettext("判断を記録しました。会社の画面にも出ます。"))
        return redirect("staff:alert", group.tenant_id, group.pk)
    return None


PROMOTION_REFUSALS: RefusalWords = {
    ReasonMissing: gettext_lazy("理由を書いてください。まだ開いていません。"),
    MoveRefused: gettext_lazy("この検知には、もうインシデントがあります。"),
}


def _promote(request: ActingRequest, group: AlertGroup, reason: str) -> HttpResponse | None:
    """→ where to go; None when something is missing and the page is to be shown again with what was typed."""
    allowed = {ground.value: ground for ground, _label in _grounds(request)}
    opening = allowed.get(request.POST.get("ground", ""), next(iter(allowed.values())))
    with refusals_shown(request, PROMOTION_REFUSALS) as attempt:
        incident = incident_promote(
            group=group, opening=opening, reason=reason, by=request.acting.user, now=timezone.now()
        )
        messages.success(request, gettext("インシデント %(number)s番を開きました。") % {"number": incident.number})
        return redirect("staff:incident", group.tenant_id, incident.number)
    if isinstance(attempt.refusal, ReasonMissing):
        return None
    return redirect("staff:alert", group.tenant_id, group.pk)
