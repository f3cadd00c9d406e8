"""One of a firm's notices explained, and the wish for help with it."""

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

from alerts.judging import judged_true, judgement_in_force
from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.selectors import detections_of, groups_of, series_of_group
from alerts.tuning.selectors import tuning_of_group
from alerts.ui import facts, listing, words
from alerts.ui.course import course_of
from alerts.ui.grade_words import grade_meaning, grade_reasons
from base.moves import ReasonMissing
from incidents.answers.outcomes import endings_alike
from incidents.answers.ui.answering import answerable, answering
from incidents.core.reading import messages_of_group, messages_read
from incidents.core.selectors import incident_of_group
from incidents.core.wishes import open_wish, response_wish
from portal.ui.similar import similar
from sensors.devices import device_by_mac
from tenants.ui.figures import programme_figures
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import refusals_shown

ALERTS_PER_PAGE = 10


@require_safe
@open_to(Kind.SME)
def alert_detail(request: ActingRequest, group_id: int) -> HttpResponse:
    """What happened, whether it was stopped, what to do, and behind a disclosure what the box logged."""
    groups = groups_of(request.acting.organisation.pk).select_related("sensor", "digest")
    group, now = get_object_or_404(groups, pk=group_id), timezone.now()
    series = series_of_group(group)
    page = Paginator(detections_of(group), ALERTS_PER_PAGE).get_page(request.GET.get("page"))
    messages_read(messages_of_group(group), by=request.acting.user, now=timezone.now())
    explanation = words.explained(group, programme_figures(group.tenant_id))
    device = device_by_mac(tenant_id=group.tenant_id, sensor_id=group.sensor_id, mac=group.asset_mac)
    context = {
        "row": listing.rows([group])[0],
        "group": group,
        "explanation": explanation,
        "machine": words.machine(group, explanation.threat.look, device.given_name if device else ""),
        "course": course_of(series, group, request.GET.get("hours"), now) if series else None,
        "meaning": grade_meaning(group.grade),
        "reasons": grade_reasons(group),
        "similar": similar(series, group, now) if series else [],
        "endings": endings_alike(group) if group.grade >= Grade.MEDIUM else None,
        "facts": facts.group_facts(group),
        "page": page,
        "alerts": [facts.alert_row(alert) | {"epoch": alert.epoch, "seq": alert.seq} for alert in page],
        "page_opened": "page" in request.GET,
        "hours_opened": "hours" in request.GET,
        "device": device,
        "incident": incident_of_group(group),
        "judgement": judgement_in_force(group=group),
        "judged_true": judged_true(group=group),
        "tuning": tuning_of_group(group),
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
