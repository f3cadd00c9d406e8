"""だれが見たか: a firm reads who looked at its data, when, and on what ground."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from portal.audit_words import words
from tenants.audit.trail import grants_named, trail_of
from tenants.models import AccessGrant, AuditEvent
from tenants.ui.guard import ActingRequest, Kind, open_to

LINES_PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One line of the trail."""

    event: AuditEvent
    who: str
    organisation: str
    what: str
    ground: str
    origin: str


@require_safe
@open_to(Kind.SME)
def audit_trail(request: ActingRequest) -> HttpResponse:
    """People outside the firm first; `?all=1` shows the firm's own people and the platform too."""
    firm = request.acting.organisation
    everything = request.GET.get("all") == "1"
    rows = trail_of(tenant_id=firm.pk, others_only=not everything)
    page = Paginator(rows, LINES_PER_PAGE).get_page(request.GET.get("page"))
    grants = grants_named(event.grant_id for event in page)
    context = {
        "page": page,
        "lines": [_line(event, firm.pk, grants) for event in page],
        "tabs": [
            {"label": gettext("ほかの組織"), "href": "?", "current": not everything},
            {"label": gettext("すべて"), "href": "?all=1", "current": everything},
        ],
        "everything": everything,
    }
    return render(request, "portal/audit_trail.html", context)


def _line(event: AuditEvent, firm_id: int, grants: dict[int, AccessGrant]) -> Line:
    own = event.organisation_id == firm_id
    if event.token_id is not None:
        who = gettext("プログラム(鍵 %(number)s)") % {"number": event.token_id}
    elif event.actor is not None:
        who = event.actor.full_name or event.actor.email
    else:
        who = gettext("システム")
    grant = grants.get(event.grant_id or 0)
    ground = str(grant.get_capability_display()) if grant else gettext("自社") if own else ""
    organisation = event.organisation.name if event.organisation else ""
    # Where our own people were is theirs to check; where a partner's staff sat is the partner's matter.
    return Line(event, who, organisation, words(event.code), ground, event.ip or "" if own else "")
