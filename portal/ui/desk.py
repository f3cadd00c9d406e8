"""The call centre: the queue over all firms, one task, one incident."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alerts.ui import listing, words
from base.moves import ReasonMissing
from incidents.breach.ui.breach import breach_lines
from incidents.core import desk_tasks
from incidents.core.course import incident_move
from incidents.core.reading import messages_of_incident
from incidents.core.selectors import (
    cases_of,
    incident_events,
    incident_groups,
    incidents_of,
    one_a_machine,
    open_task_of,
)
from incidents.core.ui import incident_words
from incidents.desk.presence import others_present
from incidents.desk.selectors import tasks_of
from incidents.desk.ui import queue as waiting
from incidents.desk.ui.beside import beside_incident
from incidents.desk.ui.firm_card import firm_card
from incidents.desk.ui.live import filters_of
from incidents.desk.ui.ringing import firms_rung, rings
from incidents.dispatch.ui.words import help_of
from incidents.isolation.ui.card import staff_cards, worth_showing
from incidents.models import INCIDENT_STATES, DeskTask, Incident
from incidents.states.incident import INCIDENT_MOVES, IncidentState
from incidents.ui import timeline
from notifications.ui.cards import line_of
from portal.ui.cover import entitlement_of
from portal.ui.desk_record_lists import lists_beside_the_queue
from tenants.ui.figures import programme_figures
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web import paging
from web.refusals import RefusalWords, refusals_shown

STATE_NAMES = dict(INCIDENT_STATES)
MOVE_BUTTONS = [IncidentState.CONTACTED, IncidentState.RESPONDING, IncidentState.WATCHING, IncidentState.CLOSED]


@require_safe
@open_to(Kind.CALL_CENTRE)
def queue(request: ActingRequest) -> HttpResponse:
    """What waits, page by page. An open page asks for its stamp and, when that changed, again for the table."""
    filters = filters_of(request)
    page = waiting.page(filters)
    ringing = rings(page.calls)
    read = waiting.firms_of(page.rows) | firms_rung(ringing)
    partner_read(request, code="queue.viewed", subject="queue", tenant_ids=read)
    figures = waiting.counts(filters)
    context = {
        "rows": page.rows,
        "ringing": ringing,
        "figures": figures,
        "most": paging.MOST_COUNTED,
        "tabs": _tabs(request, figures, filters.show),
        "search": filters.search,
        "show": filters.show,
        "seen": page.seen,
        "older": _with(request, after=page.more.words) if page.more else "",
        "behind": filters.after is not None,
        "stamp_query": request.GET.urlencode(),
        "now": filters.now,
    }
    if request.htmx:
        return render(request, "staff/_queue.html", context)
    context["elsewhere"] = lists_beside_the_queue()
    return render(request, "staff/queue.html", context)


def _tabs(request: ActingRequest, figures: waiting.Counts, show: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "href": _with(request, show=key, after=""),
            "current": key == show,
            "count": (count := figures.of(key)),
            "more": paging.is_cut(count),
        }
        for key, label in waiting.SHOWN.items()
    ]


def _with(request: ActingRequest, **changed: str) -> str:
    """This address with other values; an empty one goes."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def task(request: ActingRequest, tenant_id: int, task_id: int) -> HttpResponse:
    """A task: whom to call about what; take it, give it back, finish it."""
    task = get_object_or_404(tasks_of(tenant_id), pk=task_id)
    if request.method == "POST":
        return _task_action(request, task)
    partner_read(request, code="task.viewed", subject=f"task:{task.pk}", tenant_ids=[tenant_id])
    what, about = waiting.task_words(task)
    word, tone = waiting.task_state(task)
    now = timezone.now()
    context = {
        "task": task,
        "what": what,
        "about": about,
        "importance": task.importance,
        "facts": _facts(task),
        "others_here": others_present(
            tenant_id=tenant_id, subject="task", subject_id=task_id, user=request.acting.user, now=now
        ),
        "state": word,
        "outcome": waiting.task_outcome(task),
        "tone": tone,
        "late": task.done_at is None and task.due_at < now,
        "left": abs(task.due_at - now),
        "mine": task.taken_by_id == request.acting.user.pk,
        "firm": firm_card(task.tenant, now),
        **_incident_context(task.incident),
        **beside_incident(task.tenant, task.incident),
    }
    return render(request, "staff/task.html", context)


def _facts(task: DeskTask) -> list[tuple[str, str]]:
    """What is known about a request to look."""
    if task.attention is None or task.attention.kind not in ("call_me", "response_wish"):
        return []
    names = {
        "headline": gettext("検知"),
        "why": gettext("心配なこと"),
        "who": gettext("お名前"),
        "number": gettext("電話番号"),
        "when": gettext("ご希望の時間"),
        "about": gettext("用件"),
    }
    facts = task.attention.facts
    return [(label, str(facts[name])) for name, label in names.items() if facts.get(name)]


def _taken_words(refusal: desk_tasks.TaskTaken) -> str:
    if refusal.by:
        return gettext("%(who)sさんが対応中です。変更していません。") % {"who": refusal.by}
    return gettext("すでに完了しています。変更していません。")


TASK_REFUSALS: RefusalWords = {
    desk_tasks.TaskTaken: _taken_words,
    ReasonMissing: gettext_lazy("結果を書いてください。完了にはしていません。"),
}


def _task_action(request: ActingRequest, task: DeskTask) -> HttpResponse:
    user, action = request.acting.user, request.POST.get("action")
    with refusals_shown(request, TASK_REFUSALS):
        if action == "take":
            desk_tasks.desk_task_take(task_id=task.pk, by=user)
            messages.success(request, gettext("担当になりました。"))
        elif action == "release":
            desk_tasks.desk_task_release(task_id=task.pk, by=user)
            messages.success(request, gettext("担当を外しました。"))
        elif action == "finish":
            outcome = request.POST.get("outcome", "")
            desk_tasks.desk_task_finish(task_id=task.pk, by=user, outcome=outcome, now=timezone.now())
            messages.success(request, gettext("完了にしました。"))
            return redirect("staff:queue")
    return redirect("staff:task", task.tenant_id, task.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE, Kind.SOC)
def incident(request: ActingRequest, tenant_id: int, number: int) -> HttpResponse:
    """An incident for staff: the firm, what was seen, the timeline; the desk moves it on."""
    incident = get_object_or_404(incidents_of(tenant_id), number=number)
    may_move = request.acting.kind == Kind.CALL_CENTRE and request.acting.may_write
    if request.method == "POST":
        return _incident_action(request, incident, may_move)
    partner_read(request, code="incident.viewed", subject=f"incident:{number}", tenant_ids=[tenant_id])
    allowed = INCIDENT_MOVES[IncidentState(incident.state)] if may_move else frozenset()
    context = {
        "firm": firm_card(incident.tenant, timezone.now()),
        "moves": [(state.value, STATE_NAMES[state.value]) for state in MOVE_BUTTONS if state in allowed],
        "entitlement": entitlement_of(incident),
        "help": help_of(incident),
        "breach": breach_lines(incident) if request.acting.kind == Kind.CALL_CENTRE else [],
        "isolations": worth_showing(
            staff_cards(incident, timezone.now(), may_write=request.acting.may_write),
            closed=incident.state == IncidentState.CLOSED,
        ),
        "task": open_task_of(incident),
        "talks": cases_of(tenant_id).filter(incident=incident).order_by("-opened_at")[:20],
        **_incident_context(incident),
        **beside_incident(incident.tenant, incident),
    }
    return render(request, "staff/incident.html", context)


def _incident_action(request: ActingRequest, incident: Incident, may_move: bool) -> HttpResponse:
    if may_move:
        to, note = request.POST.get("to", ""), request.POST.get("note", "")
        with refusals_shown(request, {ReasonMissing: gettext("理由を書いてください。状態は変えていません。")}):
            moved = incident_move(incident_id=incident.pk, to=to, by=request.acting.user, now=timezone.now(), note=note)
            messages.success(request, gettext("「%(state)s」にしました。") % {"state": moved.get_state_display()})
    else:
        messages.error(request, gettext("状態を変えられるのは相談窓口です。"))
    return redirect("staff:incident", incident.tenant_id, incident.number)


def _incident_context(incident: Incident | None) -> dict[str, Any]:
    if incident is None:
        return {"incident": None}
    groups = list(incident_groups(incident))
    explanation = words.explained(groups[0], programme_figures(incident.tenant_id)) if groups else None
    return {
        "incident": incident,
        "incident_title": incident_words.title(incident),
        "incident_tone": incident_words.state_tone(incident.state),
        "rows": listing.rows(groups),
        "machines": one_a_machine(groups),
        "explanation": explanation,
        "history": timeline.lines(incident_events(incident)),
        "deliveries": [line_of(message) for message in messages_of_incident(incident)],
    }
