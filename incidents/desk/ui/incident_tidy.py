"""Incidents by hand: opened by the desk, joined, tidied, watched, opened again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from alerts.ui import listing
from base.moves import MoveRefused, Party, ReasonMissing
from base.numbers import number_in
from incidents.core.course import incident_reopen, incident_watch
from incidents.core.duplicates import TidyRefused, group_detach, incident_merge, incidents_merge_by_age
from incidents.core.opening import incident_open_by_desk
from incidents.core.selectors import incident_groups, incidents_of
from incidents.core.ui import incident_words
from incidents.desk.selectors import silence_of_task
from incidents.desk.ui.running import running_at
from incidents.models import Incident
from incidents.states.incident import INCIDENT_MOVES, IncidentState
from notifications.models import Attention
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import firm_in_reach, partner_read
from web.addresses import published
from web.refusals import RefusalWords, refusals_shown

BY_HAND = (Incident.Kind.REPORTED, Incident.Kind.SENSOR_SILENT)
WATCH_DAYS = (7, 14, 30)  # N8: a week or a month


OPENING_REFUSALS: RefusalWords = {
    ReasonMissing: gettext_lazy("理由を書いてください。まだ開いていません。"),
    MoveRefused: gettext_lazy("この件のインシデントは、もう開いています。"),
}
TIDY_REFUSALS: RefusalWords = {
    ReasonMissing: gettext_lazy("理由を書いてください。何も変えていません。"),
    TidyRefused: incident_words.tidy_words,
    MoveRefused: gettext_lazy("いまの状態では、その操作はできません。何も変えていません。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def incident_new(request: ActingRequest, tenant_id: int) -> HttpResponse:
    """The desk opens an incident: what the firm reports, or a box that stays silent (`?task=` names its task)."""
    firm = firm_in_reach(tenant_id)
    attention = _attention(tenant_id, request.GET.get("task", ""))
    kind = Incident.Kind.SENSOR_SILENT if attention else Incident.Kind.REPORTED
    if request.method == "POST":
        with refusals_shown(request, OPENING_REFUSALS):
            opened = incident_open_by_desk(
                tenant_id=tenant_id,
                kind=kind,
                reason=request.POST.get("reason", ""),
                by=request.acting.user,
                now=timezone.now(),
                attention=attention,
            )
            messages.success(request, gettext("インシデント %(number)s番を開きました。") % {"number": opened.number})
            return redirect(published("staff_incident"), tenant_id, opened.number)
    partner_read(request, code="incident.new_viewed", subject=f"firm:{tenant_id}", tenant_ids=[tenant_id])
    context = {
        "firm": firm,
        "kind": kind.label,
        "attention": attention,
        "running": running_at([tenant_id], timezone.now())[tenant_id],
    }
    return render(request, "desk/incident_new.html", context)


def _attention(tenant_id: int, task_id: str) -> Attention | None:
    """The silent box a task is about."""
    return silence_of_task(tenant_id=tenant_id, task_id=number_in(task_id) or 0)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE, Kind.SOC)
def incident_tidy(request: ActingRequest, tenant_id: int, number: int) -> HttpResponse:
    """Join a duplicate, take a detection out, watch until a day, open again.

    The SOC joins the younger to the older, and does not watch.
    """
    of_firm = incidents_of(tenant_id).select_related("merged_into")
    incident = get_object_or_404(of_firm, number=number)
    desk = request.acting.kind == Kind.CALL_CENTRE
    if request.method == "POST":
        return _action(request, incident, desk)
    partner_read(request, code="incident.viewed", subject=f"incident:{number}", tenant_ids=[tenant_id])
    party = Party.DESK if desk else Party.ANALYST
    steps = INCIDENT_MOVES[IncidentState(incident.state)]
    others = of_firm.exclude(pk=incident.pk).exclude(state=IncidentState.CLOSED).order_by("number")
    is_open = incident.state != IncidentState.CLOSED
    context = {
        "incident": incident,
        "title": incident_words.title(incident),
        "tone": incident_words.state_tone(incident.state),
        "others": [(other.number, incident_words.title(other), other.opened_at) for other in others] if is_open else [],
        "by_age": not desk,
        "rows": [(row.group.pk, row) for row in listing.rows(incident_groups(incident))],
        "may_watch": desk and (incident.state == IncidentState.WATCHING or IncidentState.WATCHING in steps),
        "may_reopen": not is_open and incident.merged_into_id is None and party in steps[IncidentState.OPEN].by,
        "watch_days": WATCH_DAYS,
    }
    return render(request, "desk/incident_tidy.html", context)


def _action(request: ActingRequest, incident: Incident, desk: bool) -> HttpResponse:
    actions = {"detach": _detach, "reopen": _reopen, "merge": _merge}
    if desk:
        actions |= {"watch": _watch}
    act = actions.get(request.POST.get("action", ""))
    with refusals_shown(request, TIDY_REFUSALS):
        if act is None:
            raise MoveRefused("no such action for this role")
        messages.success(request, act(request, incident))
    return redirect("desk:incident_tidy", incident.tenant_id, incident.number)


def _common(request: ActingRequest) -> dict[str, Any]:
    return {"by": request.acting.user, "now": timezone.now(), "reason": request.POST.get("reason", "")}


def _number(request: ActingRequest, name: str) -> int:
    number = number_in(request.POST.get(name, ""))
    if number is None:
        raise MoveRefused(f"no {name}")
    return number


def _merge(request: ActingRequest, incident: Incident) -> str:
    into = incidents_of(incident.tenant_id).filter(number=_number(request, "into")).first()
    if into is None:
        raise MoveRefused("no such incident")
    if request.acting.kind == Kind.CALL_CENTRE:
        kept = incident_merge(incident_id=incident.pk, into_id=into.pk, **_common(request))
    else:
        kept = incidents_merge_by_age(incident_id=incident.pk, other_id=into.pk, **_common(request))
    return gettext("%(number)s番にまとめました。") % {"number": kept.number}


def _detach(request: ActingRequest, incident: Incident) -> str:
    group_detach(incident_id=incident.pk, group_id=_number(request, "group"), **_common(request))
    return gettext("検知を外しました。")


def _reopen(request: ActingRequest, incident: Incident) -> str:
    party = Party.DESK if request.acting.kind == Kind.CALL_CENTRE else Party.ANALYST
    incident_reopen(incident_id=incident.pk, party=party, **_common(request))
    return gettext("もう一度開きました。")


def _watch(request: ActingRequest, incident: Incident) -> str:
    days, now = _number(request, "days"), timezone.now()
    if days not in WATCH_DAYS:
        raise MoveRefused("no such watch")
    incident_watch(
        incident_id=incident.pk,
        until=now + timedelta(days=days),
        by=request.acting.user,
        now=now,
        note=request.POST.get("reason", ""),
    )
    return gettext("%(days)s日間、様子を見ます。") % {"days": days}
