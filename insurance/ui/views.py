"""The entitlement of a firm, as a piece of a page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from incidents.models import Incident, Job
from insurance.selectors import Cover, cover_of_firm, cover_of_incident, cover_of_job
from insurance.ui.fragments import entitlement_render
from tenants.ui.guard import ActingRequest, Kind, open_to

# The office sees the contract but not the incidents that use the cover up: it would read a wrong rest.
READERS = frozenset({Kind.SME, Kind.SOC, Kind.CALL_CENTRE, Kind.PLATFORM})


@login_required
@require_safe
def entitlement(request: HttpRequest, tenant_id: int, number: int | None = None) -> HttpResponse:
    """What is left for the firm today, or for its incident `number` on its day. 404 for a firm one may not see."""
    acting = getattr(request, "acting", None)
    if acting is None or acting.kind not in READERS:
        raise Http404
    try:
        cover = _cover(tenant_id, number)
    except LookupError as error:
        raise Http404 from error
    return HttpResponse(entitlement_render(cover))


@require_safe
@open_to(Kind.VENDOR, Kind.SME, Kind.CALL_CENTRE)
def job_entitlement(request: ActingRequest, job_id: int) -> HttpResponse:
    """What the cover pays for a job, for pages of lower rooms to fetch. 404 for a job one may not see."""
    job = get_object_or_404(Job, pk=job_id)
    try:
        cover = cover_of_job(job=job)
    except LookupError as error:
        raise Http404 from error
    if cover is None:
        raise Http404
    return HttpResponse(entitlement_render(cover))


def _cover(tenant_id: int, number: int | None) -> Cover:
    if number is None:
        return cover_of_firm(tenant_id=tenant_id, on_day=localdate())
    return cover_of_incident(incident=get_object_or_404(Incident, tenant_id=tenant_id, number=number))
