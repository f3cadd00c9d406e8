"""The door: a firm's home, and where everybody else goes from here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Window
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from alerts.figures import notice_figures
from alerts.ui import listing
from incidents.core.answers import watched_until
from incidents.core.questions import open_questions
from incidents.core.selectors import open_incidents
from incidents.dispatch.selectors import treated
from incidents.dispatch.ui.words import open_jobs
from notifications.models import OutboxMessage
from notifications.selectors import notices_of
from portal.ui.cover import entitlement_on
from portal.ui.glass import glass_home
from portal.ui.partner_home import introduced_home, office_home
from portal.ui.safety import Questions, answer
from reports.ui.rows import latest_report, next_report_on
from sensors.ui.status import firm_boxes
from tenants.ui.guard import ActingRequest, Kind, VisitorRequest

DAYS = 30
LINES = 5
WORKPLACES = {
    Kind.SOC: "soc:alerts",
    Kind.CALL_CENTRE: "staff:queue",
    Kind.INSURER: "insurance:claims",
    Kind.VENDOR: "vendor:home",
}
HOMES = {Kind.OFFICE: office_home, Kind.OUTREACH: introduced_home, Kind.PLATFORM: glass_home}


@login_required
def home(request: VisitorRequest) -> HttpResponse:
    """A firm's own page; staff go to their work; office and outreach desk read what waits for them."""
    if request.acting is None:
        return render(request, "portal/no_organisation.html")
    kind = request.acting.kind
    if kind in WORKPLACES:
        return redirect(WORKPLACES[Kind(kind)])
    if kind == Kind.SME:
        response = render(request, "portal/home.html", _firm(request.acting.organisation.pk))
    elif kind in HOMES:
        response = HOMES[Kind(kind)](cast(ActingRequest, request))
    else:
        response = render(request, "portal/partner_home.html")
    add_never_cache_headers(response)
    return response


def _firm(tenant_id: int) -> dict[str, Any]:
    now = timezone.now()
    boxes = firm_boxes(tenant_id, now)
    recent = listing.notified(tenant_id, LINES)
    incidents = open_incidents(tenant_id)
    report = latest_report(tenant_id)
    return {
        "answer": answer(
            incidents=incidents,
            boxes=boxes,
            questions=_questions(tenant_id),
            treated=treated(incidents),
            watched_until=watched_until(tenant_id),
        ),
        "boxes": boxes,
        "blind": [box for box in boxes if box.since and box.tone == "danger"],
        "figures": notice_figures(tenant_id=tenant_id, start=now - timedelta(days=DAYS)),
        "days": DAYS,
        "recent": recent,
        "mails": _mails(tenant_id),
        "report": report,
        "next_report": None if report else next_report_on(tenant_id, now),
        "helps": open_jobs(tenant_id),
        "entitlement": entitlement_on(tenant_id, timezone.localdate(now)),
        "tenant_id": tenant_id,
        "now": now,
    }


def _questions(tenant_id: int) -> Questions | None:
    newest = open_questions(tenant_id).annotate(questions=Window(Count("pk"))).first()
    return Questions(listing.rows([newest])[0], newest.questions) if newest is not None else None


def _mails(tenant_id: int) -> list[OutboxMessage]:
    return list(notices_of(tenant_id)[:LINES])
