"""Behind the link of a mail: the machines of one incident, each with a button that has the box cut it off."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from base.moves import Party
from base.numbers import number_in
from incidents.core.isolation_links import IsolationLink, isolation_link_read
from incidents.core.selectors import incidents_in_reach
from incidents.isolation.machines import machines_of
from incidents.isolation.ui.acts import isolate
from incidents.isolation.ui.card import mail_card
from incidents.models import Incident
from incidents.states.incident import IncidentState
from notifications.desk import desk_now
from notifications.selectors import message_by_key
from notifications.services import message_mark_answered
from sensors.isolating import Agreement, Asker
from sensors.models import Isolation
from tenants.tenancy.scope import tenant_scope


@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows and changes nothing (mail scanners open links); POST has the box cut the chosen machine off."""
    if limited := consume_or_429(request, action="isolate"):
        return limited  # type: ignore[no-any-return]
    link = isolation_link_read(token)
    if link is None:
        response = render(request, "isolation/link_over.html", {"closed": False}, status=404)
    else:
        with tenant_scope(link.tenant_id):
            response = _page(request, link)
    add_never_cache_headers(response)
    return response


def _page(request: HttpRequest, link: IsolationLink) -> HttpResponse:
    incident: Incident | None = incidents_in_reach().filter(pk=link.incident_id).first()
    message = message_by_key(tenant_id=link.tenant_id, key=link.mail_key)
    if incident is None or message is None:
        return render(request, "isolation/link_over.html", {"closed": False}, status=404)
    desk = desk_now(incident.tenant)
    incident = incident.merged_into or incident  # it goes on there
    if incident.state == IncidentState.CLOSED:
        return render(request, "isolation/link_over.html", {"closed": True, "desk": desk}, status=410)
    machines = {device.pk: device for device in machines_of(incident)}
    if request.method == "POST":
        device = machines.get(number_in(request.POST.get("machine", "")) or 0)
        if device is not None:
            isolate(request, device, Asker(Party.FIRM, contact=message.addressee), Agreement(Isolation.Way.MAIL))
            message_mark_answered(message=message, now=timezone.now())
        return redirect(request.path)
    now = timezone.now()
    cards = [mail_card(device, now, action=request.path, number=incident.number) for device in machines.values()]
    context = {"incident": incident, "cards": cards, "desk": desk}
    if getattr(request, "htmx", False):
        wanted = number_in(request.GET.get("machine", ""))
        card = next((card for card in cards if card.device.pk == wanted), None)
        return render(request, "isolation/_card.html", {"card": card}) if card else HttpResponse(status=404)
    return render(request, "isolation/by_mail.html", context)
