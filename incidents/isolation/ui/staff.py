"""Desk and SOC about one machine of a firm: cut off by its consent, or ask the firm for it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from base.moves import Party
from base.numbers import number_in
from incidents.isolation.machines import incident_of_machine
from incidents.isolation.ui.acts import isolate, release
from incidents.isolation.ui.card import staff_card
from sensors.isolating import Agreement, Asker
from sensors.models import Device, Isolation
from sensors.selectors import devices_seen
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.addresses import published


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE, Kind.SOC)
def staff(request: ActingRequest, tenant_id: int, device_row_id: int) -> HttpResponse:
    """How the machine's isolation stands. POST cuts it off, asks the firm, or brings it back."""
    rows = devices_seen(tenant_id).select_related("sensor", "tenant")
    device: Device = get_object_or_404(rows, pk=device_row_id)
    if request.method == "POST":
        asker = Asker(Party.DESK if request.acting.kind == Kind.CALL_CENTRE else Party.ANALYST, request.acting.user)
        if request.POST.get("act") == "release":
            release(request, device, asker)
        else:
            isolate(request, device, asker, _agreement(request))
        return redirect(_page_after(request, device))
    partner_read(request, code="machine.viewed", subject=f"device:{device_row_id}", tenant_ids=[tenant_id])
    incident = incident_of_machine(device, number_in(request.GET.get("incident", "")))
    card = staff_card(
        device,
        timezone.now(),
        may_write=request.acting.may_write,
        number=incident.number if incident is not None else None,
    )
    if request.htmx:
        return render(request, "isolation/_card.html", {"card": card})
    return render(request, "isolation/staff.html", {"card": card, "incident": incident, "firm": device.tenant})


def _agreement(request: ActingRequest) -> Agreement | None:
    """What the form says of the firm's consent; None: the firm is asked."""
    way, words = request.POST.get("way", ""), request.POST.get("words", "")
    if way == Isolation.Way.NIGHT:
        return Agreement(Isolation.Way.NIGHT)
    return Agreement(Isolation.Way.PHONE, words) if way == Isolation.Way.PHONE else None


def _page_after(request: ActingRequest, device: Device) -> str:
    number = number_in(request.POST.get("incident", ""))
    if request.POST.get("back") == "incident" and number is not None:
        return reverse(published("staff_incident"), args=[device.tenant_id, number]) + "#isolation"
    return reverse("isolation:staff", args=[device.tenant_id, device.pk])
