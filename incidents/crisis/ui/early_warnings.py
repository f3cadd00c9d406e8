"""Early warnings of the programme: what reached several firms, never whom."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from incidents.crisis.warnings import CHECKS, warnings_of
from tenants.ui.guard import ActingRequest, Kind, open_to

STAFF = frozenset({Kind.CALL_CENTRE, Kind.SOC})


@require_safe
@open_to(Kind.SME, Kind.CALL_CENTRE, Kind.SOC, Kind.OFFICE)
def warning_list(request: ActingRequest) -> HttpResponse:
    """The warnings, newest first, and what to check. How many firms it were is for staff."""
    context = {
        "warnings": warnings_of(),
        "checks": CHECKS,
        # What boxes sent is for those who can judge it; firms read what comes from our own list of rules.
        "named": request.acting.kind in STAFF,
        "counted": request.acting.kind != Kind.SME,
        "layout": "base_staff.html" if request.acting.kind in STAFF else "base_portal.html",
    }
    return render(request, "crisis/warnings.html", context)
