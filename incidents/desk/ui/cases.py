"""A case at the desk: everything said about it, and what can be done next. The SOC reads, notes and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from base.moves import MoveRefused, ReasonMissing
from incidents.core.selectors import cases_of, incidents_of, open_incidents
from incidents.desk import cases
from incidents.desk.changing import CaseChanged, CaseTaken, case_locked
from incidents.desk.presence import others_present
from incidents.desk.rules import CaseIncomplete
from incidents.desk.selectors import escalations_of, questions_to_soc, rows_of_case
from incidents.desk.ui import case_words
from incidents.desk.ui import queue as waiting
from incidents.desk.ui.beside import answer_chosen, beside_case
from incidents.desk.ui.case_words import ThreadLine
from incidents.desk.ui.firm_card import firm_card
from incidents.models import Case, CaseEvent, Contact, CustomerMessage, Escalation, Incident, InternalNote
from incidents.states.case import OPEN_STATES, CaseState
from printing.paper import PRESS
from tenants.models import Organisation
from tenants.tenancy.scope import tenant_scope
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.addresses import published
from web.refusals import RefusalWords, refusals_shown

REFUSALS: RefusalWords = {
    CaseIncomplete: gettext_lazy("種類や手段など、足りないところがあります。変更していません。"),
    ReasonMissing: gettext_lazy("内容を書いてください。変更していません。"),
    MoveRefused: gettext_lazy("いまの状態からは、その操作はできません。変更していません。"),
    CaseTaken: lambda taken: gettext("%(who)sさんが担当しています。変更していません。") % {"who": taken.by},
    CaseChanged: lambda changed: (
        gettext("先に%(who)sさんが変更しました。新しい内容を確かめて、もう一度お試しください。")
        % {"who": changed.by or gettext("別の操作")}
    ),
}


def case_of(tenant_id: int, case_id: int) -> Case:
    """The case with its people; 404 for one that is out of reach."""
    rows = cases_of(tenant_id).select_related("assignee", "incident", "merged_into")
    case: Case = get_object_or_404(rows, pk=case_id)
    return case


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE, Kind.SOC)
def case(request: ActingRequest, tenant_id: int, case_id: int) -> HttpResponse:
    """One case. What a refused form had written stays in it."""
    case = case_of(tenant_id, case_id)
    typed: dict[str, str] = {"message": answer_chosen(case, request.GET.get("answer", ""))}
    if request.method == "POST":
        done = _act(request, case)
        if done is not None:
            return done
        typed = {name: str(value) for name, value in request.POST.items()}
        case = case_of(tenant_id, case_id)
    is_firm = case.tenant.kind == Organisation.Kind.SME
    partner_read(request, code="case.viewed", subject=f"case:{case_id}", tenant_ids=[tenant_id] if is_firm else [])
    return render(request, "desk/case.html", _context(request, case, is_firm, typed))


def _context(request: ActingRequest, case: Case, is_firm: bool, typed: dict[str, str]) -> dict[str, Any]:
    now, user = timezone.now(), request.acting.user
    line = waiting.case_row(case, user, now)
    contacts = list(rows_of_case(case, Contact).select_related("agent", "caller"))
    escalations = list(rows_of_case(case, Escalation).select_related("by", "answered_by"))
    desk = request.acting.kind == Kind.CALL_CENTRE
    return {
        "case": case,
        "line": line,
        "topic": case_words.topic_words(case),
        "topic_value": f"{case.category}/{case.topic}",
        "topics": case_words.topic_choices(),
        "firm": firm_card(case.tenant, now) if is_firm else None,
        "thread": _thread(case, contacts, escalations),
        "contacts": contacts,
        "talking": [contact for contact in contacts if contact.outcome == "talking"],
        "unanswered": [escalation for escalation in escalations if escalation.answered_at is None],
        "handed": escalations,
        "incidents": incidents_of(case.tenant_id).order_by("-number")[:20] if is_firm else [],
        "joinable": _joinable(case, contacts) if is_firm and desk else [],
        "others": _other_cases(case),
        "channels": Case.Solved.choices,
        "to": Escalation.To.choices,
        "mine": case.assignee_id == user.pk,
        "free": case.assignee_id is None,
        "is_open": case.state in OPEN_STATES,
        "merged": case.state == CaseState.MERGED,
        "may_write": request.acting.may_write,
        "is_desk": desk,
        "others_here": others_present(tenant_id=case.tenant_id, subject="case", subject_id=case.pk, user=user, now=now)
        if desk
        else [],
        "typed": typed,
        "now": now,
        **(beside_case(case, contacts) if desk else {}),
    }


def _thread(case: Case, contacts: list[Contact], escalations: list[Escalation]) -> list[ThreadLine]:
    return case_words.thread(
        notes=list(rows_of_case(case, InternalNote).select_related("author")),
        messages=list(rows_of_case(case, CustomerMessage).select_related("author")),
        contacts=contacts,
        events=list(rows_of_case(case, CaseEvent).select_related("actor")),
        escalations=escalations,
    )


def _joinable(case: Case, contacts: list[Contact]) -> list[Incident]:
    """Open incidents that a conversation of this case may have been about, while it belongs to none."""
    spoken = any(contact.channel == Contact.Channel.PHONE for contact in contacts)
    return open_incidents(case.tenant_id) if spoken and case.incident_id is None else []


def _other_cases(case: Case) -> Any:
    others = cases_of(case.tenant_id).exclude(pk=case.pk).exclude(state=CaseState.MERGED)
    return others.order_by("-opened_at")[:20]


def _act(request: ActingRequest, case: Case) -> HttpResponse | None:
    """Carry out the action. → None when it was refused and the page is shown again with what was typed."""
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None or (request.acting.kind == Kind.SOC and action not in SOC_MAY):
        messages.error(request, gettext("その操作はできません。"))
        return redirect("desk:case", case.tenant_id, case.pk)
    version = request.POST.get("version", "")
    with refusals_shown(request, REFUSALS):
        done = action(request, case, int(version) if version.isdecimal() and len(version) < 10 else 0)
        messages.success(request, gettext("記録しました。"))
        return done or redirect("desk:case", case.tenant_id, case.pk)
    return None


def _common(request: ActingRequest, case: Case, version: int) -> dict[str, Any]:
    return {
        "tenant_id": case.tenant_id,
        "case_id": case.pk,
        "version": version,
        "by": request.acting.user,
        "now": timezone.now(),
    }


def _take(request: ActingRequest, case: Case, version: int) -> None:
    cases.case_take(**_common(request, case, version))


def _take_over(request: ActingRequest, case: Case, version: int) -> None:
    cases.case_take_over(**_common(request, case, version), reason=request.POST.get("reason", ""))


def _release(request: ActingRequest, case: Case, version: int) -> None:
    cases.case_release(**_common(request, case, version))


def _note(request: ActingRequest, case: Case, version: int) -> None:
    cases.case_note(**_common(request, case, version), body=request.POST.get("body", ""))


def _message(request: ActingRequest, case: Case, version: int) -> None:
    body, wait = request.POST.get("message", ""), request.POST.get("wait") == "on"
    cases.case_message(**_common(request, case, version), body=body, wait=wait)


def _describe(request: ActingRequest, case: Case, version: int) -> None:
    category, topic = case_words.topic_read(request.POST.get("topic", ""))
    number = request.POST.get("incident", "")
    own = incidents_of(case.tenant_id)
    importance = request.POST.get("importance", "")
    cases.case_describe(
        **_common(request, case, version),
        title=request.POST.get("title", ""),
        category=category,
        topic=topic,
        importance=int(importance) if importance in {"0", "1", "2", "3"} else case.importance,
        incident=own.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None,
    )


def _join(request: ActingRequest, case: Case, version: int) -> None:
    number = request.POST.get("incident", "")
    incident = next((each for each in open_incidents(case.tenant_id) if str(each.number) == number), None)
    if incident is None:
        raise MoveRefused("not an open incident of this firm")
    case_locked(tenant_id=case.tenant_id, case_id=case.pk, version=version, by=request.acting.user)
    cases.case_join_incident(case=case, incident=incident, by=request.acting.user, now=timezone.now())


def _solve(request: ActingRequest, case: Case, version: int) -> HttpResponse:
    cases.case_solve(**_common(request, case, version), solved_by=request.POST.get("solved_by", ""))
    return redirect(published("staff_queue"))


def _escalate(request: ActingRequest, case: Case, version: int) -> None:
    to, name = request.POST.get("to", ""), request.POST.get("name", "")
    question = request.POST.get("question", "")
    cases.case_escalate(**_common(request, case, version), to=to, name=name, question=question)


def _answer(request: ActingRequest, case: Case, version: int) -> None:
    given = request.POST.get("escalation", "")
    rows = escalations_of(case)
    if request.acting.kind == Kind.SOC:
        rows = rows.filter(to=Escalation.To.SOC)
    escalation = rows.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 18 else None
    if escalation is None:
        raise MoveRefused("no such question")
    now = timezone.now()
    answer = request.POST.get("answer", "")
    cases.escalation_answer(
        tenant_id=case.tenant_id, escalation_id=escalation.pk, by=request.acting.user, answer=answer, now=now
    )
    # Whoever answered, the case then waits for the desk: the platform's own work.
    with tenant_scope(case.tenant_id):
        cases.case_answer_in(tenant_id=case.tenant_id, case_id=case.pk, now=now)


def _merge(request: ActingRequest, case: Case, version: int) -> HttpResponse:
    number = request.POST.get("into", "")
    into = int(number) if number.isdecimal() and len(number) < 9 else 0
    reason = request.POST.get("reason", "")
    kept = cases.case_merge(**_common(request, case, version), into_number=into, reason=reason)
    return redirect("desk:case", kept.tenant_id, kept.pk)


def _split(request: ActingRequest, case: Case, version: int) -> HttpResponse:
    chosen = [int(pk) for pk in request.POST.getlist("contact") if pk.isdecimal() and len(pk) < 18]
    title = request.POST.get("new_title", "")
    made = cases.case_split(**_common(request, case, version), contact_ids=chosen, title=title)
    return redirect("desk:case", made.tenant_id, made.pk)


Action = Callable[[ActingRequest, Case, int], HttpResponse | None]
ACTIONS: dict[str, Action] = {
    "take": _take,
    "take_over": _take_over,
    "release": _release,
    "note": _note,
    "message": _message,
    "describe": _describe,
    "join": _join,
    "solve": _solve,
    "escalate": _escalate,
    "answer": _answer,
    "merge": _merge,
    "split": _split,
}
SOC_MAY = {_note, _answer}


@require_safe
@open_to(Kind.CALL_CENTRE, Kind.SOC)
def sheet(request: ActingRequest, tenant_id: int, case_id: int) -> HttpResponse:
    """The hand-over sheet (PDF): what is asked, about whom, what is known. Internal notes go to the SOC alone."""
    case = case_of(tenant_id, case_id)
    escalations = list(rows_of_case(case, Escalation).select_related("by"))
    is_firm = case.tenant.kind == Organisation.Kind.SME
    partner_read(request, code="case.sheet", subject=f"case:{case_id}", tenant_ids=[tenant_id] if is_firm else [])
    now = timezone.now()
    newest = escalations[-1] if escalations else None
    kept = {"event"} if newest and newest.to == Escalation.To.SOC else {"event", "note"}
    contacts = list(rows_of_case(case, Contact).select_related("agent", "caller"))
    context = {
        "case": case,
        "topic": case_words.topic_words(case),
        "firm": firm_card(case.tenant, now) if is_firm else None,
        "escalation": newest,
        "thread": [line for line in _thread(case, contacts, []) if line.look not in kept],
        "callers": sorted({who for contact in contacts if (who := case_words.contact_who(contact))}),
        "now": now,
        "title": gettext("引き継ぎ票"),
        "organisation_name": case.tenant.name if is_firm else gettext("会社が未確認"),
        "period": f"{gettext('相談')} {case.number}",
    }
    html = render(request, "pdf/handover.html", context).content.decode()
    answer = HttpResponse(PRESS.print(html), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="handover-{case.tenant_id}-{case.number}.pdf"'
    return answer


@require_safe
@open_to(Kind.SOC)
def requests(request: ActingRequest) -> HttpResponse:
    """What the desk asks the SOC."""
    escalations = questions_to_soc()
    rows = list(escalations[:200])
    partner_read(request, code="requests.viewed", subject="requests", tenant_ids={row.tenant_id for row in rows})
    return render(request, "desk/requests.html", {"rows": rows, "now": timezone.now()})
