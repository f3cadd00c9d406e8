"""The door: a firm's home, and where everybody else goes from here."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from alerts.models import AlertSeries
from alerts.selectors import series_of
from alerts.ui.lines import lines
from incidents.core.answers import watched_until
from incidents.core.questions import open_series
from incidents.core.selectors import open_incidents, talks_waiting
from incidents.dispatch.selectors import treated
from incidents.dispatch.ui.words import open_jobs
from incidents.isolation.machines import isolations_running
from notifications.models import OutboxMessage
from notifications.selectors import notices_of
from portal.ui.cover import entitlement_on
from portal.ui.day_watch import day_watch
from portal.ui.first_steps import first_steps
from portal.ui.glass import glass_home
from portal.ui.month_figures import month_figures
from portal.ui.notice_states import with_states
from portal.ui.partner_home import introduced_home, office_home
from portal.ui.safety import Questions, answer, asking
from portal.ui.waiting import MOST, beside, waiting
from reports.ui.rows import latest_report, next_report_on
from sensors.ui.status import firm_boxes
from tenants.accounts.acting import Acting
from tenants.models import Membership
from tenants.tenancy.once import read_once
from tenants.ui.guard import ActingRequest, Kind, VisitorRequest

LINES = 3
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
        with read_once():
            response = render(request, "portal/home.html", _firm(request.acting))
    elif kind in HOMES:
        response = HOMES[Kind(kind)](cast(ActingRequest, request))
    else:
        response = render(request, "portal/partner_home.html")
    add_never_cache_headers(response)
    return response


def _firm(acting: Acting) -> dict[str, Any]:
    organisation, now = acting.organisation, timezone.now()
    tenant_id = organisation.pk
    boxes = firm_boxes(tenant_id, now)
    incidents = open_incidents(tenant_id)
    over = treated(incidents)
    questions = _questions(tenant_id)
    jobs = open_jobs(tenant_id)
    at_work = any(box.since is not None for box in boxes)
    first = answer(
        incidents=incidents,
        boxes=boxes,
        questions=questions,
        treated=over,
        watched_until=lambda: watched_until(tenant_id),
        watch=lambda: day_watch(tenant_id, now) if at_work else None,
    )
    waits = waiting(
        incidents=asking(incidents, over),
        jobs=jobs,
        questions=questions,
        talks=talks_waiting(tenant_id)[:MOST],
        isolations=isolations_running(tenant_id),
        now=now,
    )
    return {
        "answer": first,
        "waits": beside(waits, first.href),
        "steps": first_steps(
            organisation, boxes, owner=acting.role == Membership.Role.OWNER, may_write=acting.may_write
        ),
        "boxes": boxes,
        "blind": [box for box in boxes if box.since and box.tone == "danger"],
        "month": month_figures(tenant_id, now),
        "recent": with_states(lines(_newest(tenant_id), now)),
        "mails": _mails(tenant_id),
        "report": latest_report(tenant_id),
        "next_report": next_report_on(tenant_id, now),
        "helps": [row for row in jobs if not row["ours"]],
        "entitlement": entitlement_on(tenant_id, timezone.localdate(now)),
        "tenant_id": tenant_id,
        "now": now,
    }


def _questions(tenant_id: int) -> Questions | None:
    groups = open_series(tenant_id)
    return Questions(groups[0], len(groups)) if groups else None


def _newest(tenant_id: int) -> list[AlertSeries]:
    """The newest series that were worth a notice."""
    return list(series_of(tenant_id)[:LINES])


def _mails(tenant_id: int) -> list[OutboxMessage]:
    return list(notices_of(tenant_id)[:LINES])
