"""Pages of the firm about its isolations: one machine, and its consent for nights."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from base.moves import Party
from base.numbers import number_in
from incidents.isolation.machines import incident_of_machine, isolations_of
from incidents.isolation.ui.acts import isolate, release
from incidents.isolation.ui.card import firm_card, standing
from sensors.isolating import Agreement, Asker
from sensors.isolation_consents import (
    CONSENT_VERSION,
    USUAL_HOURS,
    HoursWrong,
    night_consent,
    night_consent_end,
    night_consent_give,
)
from sensors.models import Device, Isolation
from sensors.selectors import devices_seen
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.addresses import published
from web.refusals import refusals_shown

MOST_BEFORE = 10


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def machine(request: ActingRequest, device_row_id: int) -> HttpResponse:
    """One machine: how its isolation stands. POST cuts off, agrees to a wish, or brings back."""
    rows = devices_seen(request.acting.organisation.pk).select_related("sensor")
    device: Device = get_object_or_404(rows, pk=device_row_id)
    if request.method == "POST":
        asker = Asker(Party.FIRM, request.acting.user)
        if request.POST.get("act") == "release":
            release(request, device, asker)
        else:
            isolate(request, device, asker, Agreement(Isolation.Way.PAGE))
        return redirect(_page_after(request, device))
    now, incident = timezone.now(), incident_of_machine(device, number_in(request.GET.get("incident", "")))
    card = firm_card(
        device, now, may_write=request.acting.may_write, number=incident.number if incident is not None else None
    )
    if request.htmx:
        return render(request, "isolation/_card.html", {"card": card})
    before = [(row, standing(row, now)[0]) for row in isolations_of(device)[1:MOST_BEFORE]]
    return render(request, "isolation/machine.html", {"card": card, "incident": incident, "before": before})


def _page_after(request: ActingRequest, device: Device) -> str:
    """The page the button was on: the incident's, or the machine's."""
    number = number_in(request.POST.get("incident", ""))
    if request.POST.get("back") == "incident" and number is not None:
        return reverse(published("incident"), args=[number]) + "#isolation"
    return reverse("isolation:machine", args=[device.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def nights(request: ActingRequest) -> HttpResponse:
    """The firm's consent that desk and SOC cut a machine off outside its hours without asking."""
    tenant_id, now = request.acting.organisation.pk, timezone.now()
    if request.method == "POST":
        _nights_change(request)
        return redirect("isolation:nights")
    given = night_consent(tenant_id=tenant_id)
    context = {
        "given": given,
        "hours": given.hours if given is not None else USUAL_HOURS,
        "version": CONSENT_VERSION,
        "may_write": request.acting.may_write,
        "now": now,
    }
    return render(request, "isolation/nights.html", context)


def _nights_change(request: ActingRequest) -> None:
    tenant_id, now, by = request.acting.organisation.pk, timezone.now(), request.acting.user
    wrong = gettext("会社に人がいる時間が読めません。「月-金 9:00-18:00」のように書いてください。")
    with refusals_shown(request, {HoursWrong: wrong}):
        if request.POST.get("act") == "end":
            if night_consent_end(tenant_id=tenant_id, by=by, now=now):
                messages.success(request, gettext("夜間の同意を取り消しました。これからは、いつも先にお尋ねします。"))
        elif request.POST.get("agree") == "yes":
            night_consent_give(tenant_id=tenant_id, hours=request.POST.get("hours", ""), by=by, now=now)
            messages.success(request, gettext("夜間の同意を記録しました。"))
        else:
            messages.error(request, gettext("同意するには、印を付けてください。"))
