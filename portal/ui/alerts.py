"""A firm's alerts: the list, and one of them explained."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from alerts.figures import notice_figures
from alerts.judging import judged_true, judgement_in_force
from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.selectors import detections_of, groups_of
from alerts.ui import facts, listing, words
from alerts.ui.unexamined import unexamined_shown
from base.moves import ReasonMissing
from incidents.answers.ui.answering import answerable, answering
from incidents.core.questions import open_questions
from incidents.core.reading import messages_of_group, messages_read
from incidents.core.selectors import incident_of_group
from incidents.core.wishes import open_wish, response_wish
from sensors.devices import device_by_mac
from tenants.ui.figures import programme_figures
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import refusals_shown

GROUPS_PER_PAGE = 20
ALERTS_PER_PAGE = 10


@require_safe
@open_to(Kind.SME)
def alert_list(request: ActingRequest) -> HttpResponse:
    """Groups of the last 30 days that were worth a notice; filters widen and narrow.

    `open=1`: what nobody answered or judged yet, however old.
    """
    tenant_id, now = request.acting.organisation.pk, timezone.now()
    chosen = listing.GroupFilter(request.GET)
    only_open = request.GET.get("open") == "1"
    groups = open_questions(tenant_id) if only_open else chosen.narrow(groups_of(tenant_id), now)
    page = Paginator(groups, GROUPS_PER_PAGE).get_page(request.GET.get("page"))
    figures = notice_figures(tenant_id=tenant_id, start=now - chosen.period)
    context = {
        "page": page,
        "rows": listing.rows(page),
        "filter": chosen,
        "only_open": only_open,
        "since": now - chosen.period,
        "figures": figures,
        "unexamined": {} if only_open else unexamined_shown(tenant_id=tenant_id, since=now - chosen.period),
    }
    return render(request, "portal/alerts.html", context)


@require_safe
@open_to(Kind.SME)
def alert_detail(request: ActingRequest, group_id: int) -> HttpResponse:
    """What happened, whether it was stopped, what to do, and behind a disclosure what the box logged."""
    groups = groups_of(request.acting.organisation.pk).select_related("sensor", "digest")
    group = get_object_or_404(groups, pk=group_id)
    page = Paginator(detections_of(group), ALERTS_PER_PAGE).get_page(request.GET.get("page"))
    messages_read(messages_of_group(group), by=request.acting.user, now=timezone.now())
    explanation = words.explained(group, programme_figures(group.tenant_id))
    device = device_by_mac(tenant_id=group.tenant_id, sensor_id=group.sensor_id, mac=group.asset_mac)
    context = {
        "row": listing.rows([group])[0],
        "group": group,
        "explanation": explanation,
        "machine": words.machine(group, explanation.threat.look, device.given_name if device else ""),
        "before": listing.happened_before(group),
        "facts": facts.group_facts(group),
        "page": page,
        "alerts": [facts.alert_row(alert) for alert in page],
        "page_opened": "page" in request.GET,
        "device": device,
        "incident": incident_of_group(group),
        "judgement": judgement_in_force(group=group),
        "judged_true": judged_true(group=group),
        "needs_call": group.grade >= Grade.MEDIUM,
        "may_wish": _may_wish(group),
        "wish": open_wish(group),
        "may_write": request.acting.may_write,
        "answering": _answering(group),
    }
    return render(request, "portal/alert.html", context)


def _answering(group: AlertGroup) -> dict[str, Any] | None:
    """The answers to press; None for what asks for nothing."""
    if not answerable(group):
        return None
    return answering(group, action=reverse("answers:answer", args=[group.pk]), named=True)


def _may_wish(group: AlertGroup) -> bool:
    """Whether the firm may ask for first response: not for a ★★★, which has it anyway, nor with an incident."""
    return bool(group.grade == Grade.MEDIUM and incident_of_group(group) is None)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def alert_wish(request: ActingRequest, group_id: int) -> HttpResponse:
    """The firm asks for first response of a ★★ (OSK 5.3.3): what it means for the cover, and the wish itself."""
    groups = groups_of(request.acting.organisation.pk).select_related("sensor")
    group: AlertGroup = get_object_or_404(groups, pk=group_id)
    if not _may_wish(group):
        return redirect("portal:alert", group_id)
    if request.method == "POST" and _wished(request, group):
        return redirect("portal:alert", group_id)
    context = {
        "row": listing.rows([group])[0],
        "group": group,
        "wish": open_wish(group),
        "why": request.POST.get("why", ""),
        "may_write": request.acting.may_write,
    }
    return render(request, "portal/alert_wish.html", context)


def _wished(request: ActingRequest, group: AlertGroup) -> bool:
    number = request.POST.get("number", "").strip() or request.acting.organisation.phone
    with refusals_shown(
        request, {ReasonMissing: gettext("心配なことを書いてください。まだ送っていません。")}
    ) as attempt:
        made = response_wish(
            group=group,
            headline=words.headline(group),
            why=request.POST.get("why", ""),
            number=number,
            by=request.acting.user,
            now=timezone.now(),
        )
    if attempt.refusal:
        return False
    message = (
        gettext("ご希望を相談窓口に伝えました。相談窓口から電話します。")
        if made
        else gettext("この件のご希望は、すでにうけたまわっています。")
    )
    messages.success(request, message)
    return True
