"""Which machine is it? One question at a time, for the firm, and for the desk that has the firm on the telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from alerts.models import AlertGroup
from alerts.selectors import groups_in_reach, groups_of
from alerts.ui import words
from incidents.core.selectors import incident_of_group, machines_in_question
from incidents.dispatch.decisions import open_job
from incidents.dispatch.presence import machine_answered
from sensors.device_answers import (
    AnswerUnreadable,
    NameMissing,
    NobodySpoke,
    answers_of_device,
    device_answer_record,
)
from sensors.devices import device_by_mac
from sensors.ledger import ledger_in_force
from sensors.models import Device, DeviceAnswer
from sensors.selectors import devices_seen
from sensors.ui import device_words, ledger_words
from sensors.which_machine import ORDER, MachineQuestion, next_question, question_before
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.refusals import RefusalWords, refusals_shown

REFUSALS: RefusalWords = {
    AnswerUnreadable: gettext_lazy("押した答えが読み取れませんでした。もう一度押してください。"),
    NameMissing: gettext_lazy("使っている方のお名前を書いてください。分からないときは「分からない」を押してください。"),
    NobodySpoke: gettext_lazy("電話で答えた方のお名前を書いてください。まだ記録していません。"),
}
STEPS: dict[str, Any] = {
    MachineQuestion.PRESENT: gettext_lazy("ある？"),
    MachineQuestion.USER: gettext_lazy("だれが？"),
    MachineQuestion.WHOSE: gettext_lazy("だれのもの？"),
    MachineQuestion.NIGHT: gettext_lazy("夜は？"),
}
SPOKE = "which_machine_spoke"  # in the session: [firm, who answers on the telephone]


@dataclass(frozen=True)
class Matter:
    """What is asked about: the machine, since when, where one came from and where the page itself is."""

    machine: Device
    since: datetime | None
    back: tuple[str, str]  # address, words
    here: str
    headline: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def of_device(request: ActingRequest, device_row_id: int) -> HttpResponse:
    """The machine of the firm's list."""
    tenant_id = request.acting.organisation.pk
    machine = get_object_or_404(devices_seen(tenant_id), pk=device_row_id)
    incident = machines_in_question(tenant_id).get(machine.mac)
    back = reverse("boxes:device", args=[machine.pk]), gettext("この機器のページに戻る")
    since = incident.opened_at if incident else None
    return _answer_page(request, Matter(machine, since, back, reverse("boxes:which", args=[machine.pk])))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def of_alert(request: ActingRequest, group_id: int) -> HttpResponse:
    """The machine of a notice; from its page and from the mail."""
    group = get_object_or_404(groups_of(request.acting.organisation.pk), pk=group_id)
    alert_url, here = (reverse(page, args=[group_id]) for page in ("portal:alert", "portal:alert_which"))
    return _of_group(request, group, alert_url, here)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def by_phone(request: ActingRequest, tenant_id: int, group_id: int) -> HttpResponse:
    """The same, asked on the telephone: the desk writes down who answers."""
    group = get_object_or_404(groups_in_reach(), tenant_id=tenant_id, pk=group_id)
    place = [tenant_id, group_id]
    partner_read(request, code="device.viewed", subject=f"group:{group_id}", tenant_ids=[tenant_id])
    return _of_group(request, group, reverse("staff:alert", args=place), reverse("staff:alert_which", args=place))


def _of_group(request: ActingRequest, group: AlertGroup, alert_url: str, here: str) -> HttpResponse:
    came_from = request.GET.get("back", "")
    back = _back(request, group, came_from) or (alert_url, gettext("お知らせに戻る"))
    machine = device_by_mac(tenant_id=group.tenant_id, sensor_id=group.sensor_id, mac=group.asset_mac)
    if machine is None:
        context = {"layout": _layout(request), "back": back, "group": group}
        return render(request, "boxes/which_unknown.html", context)
    query = f"?{urlencode({'back': came_from})}" if came_from else ""
    return _answer_page(request, Matter(machine, group.first_at, back, here + query, words.headline(group)))


def _back(request: ActingRequest, group: AlertGroup, came_from: str) -> tuple[str, str] | None:
    """The page of the incident or of the help on its way, when one came from there."""
    incident = incident_of_group(group) if came_from in ("incident", "job") else None
    if incident is None:
        return None
    if came_from == "job" and (job := open_job(incident)) is not None:
        return reverse("help:job", args=[job.pk]), gettext("作業のページに戻る")
    desk = request.acting.kind == Kind.CALL_CENTRE
    page, place = ("staff:incident", [group.tenant_id]) if desk else ("portal:incident", [])
    return reverse(page, args=[*place, incident.number]), gettext("インシデントのページに戻る")


def _answer_page(request: ActingRequest, matter: Matter) -> HttpResponse:
    wanted = request.GET.get("step", "")
    if request.method == "POST":
        refused = not _answered(request, matter)
        if not (refused or request.htmx):
            return HttpResponseRedirect(matter.here)
        wanted = request.POST.get("question", "") if refused else ""
    answers = answers_of_device(matter.machine)
    answered_at = {code: row.at for code, row in answers.items()}
    question = MachineQuestion(wanted) if wanted in ORDER else next_question(answered_at, matter.since)
    page = "boxes/_which.html" if request.htmx else "boxes/which.html"
    return render(request, page, _context(request, matter, answers, question))


def _answered(request: ActingRequest, matter: Matter) -> bool:
    question, now = request.POST.get("question", ""), timezone.now()
    by_phone = request.acting.kind == Kind.CALL_CENTRE
    said_by = request.POST.get("said_by", "") if by_phone else None
    with refusals_shown(request, REFUSALS) as attempt:
        if question not in ORDER:
            raise AnswerUnreadable(question)
        device_answer_record(
            device=matter.machine,
            question=MachineQuestion(question),
            answer=request.POST.get("answer", ""),
            words=request.POST.get("words", ""),
            by=request.acting.user,
            said_by=said_by,
            now=now,
        )
        machine_answered(device=matter.machine, by=request.acting.user, now=now)
        if said_by:
            request.session[SPOKE] = [matter.machine.tenant_id, said_by.strip()[:80]]
    return attempt.refusal is None


def _context(
    request: ActingRequest, matter: Matter, answers: dict[str, DeviceAnswer], question: MachineQuestion | None
) -> dict[str, Any]:
    machine = devices_seen(matter.machine.tenant_id).get(pk=matter.machine.pk)
    before, ledger = question_before(question), ledger_in_force(machine.tenant_id)
    return {
        "layout": _layout(request),
        "machine": machine,
        "title": device_words.title(machine),
        "kind": device_words.kind(machine),
        "in_ledger": ledger_words.place(ledger.by_device.get(machine.pk)) if ledger else "",
        "stranger": ledger is not None and machine.pk not in ledger.by_device,
        "question": question.value if question else "",
        "step": ORDER.index(question) + 1 if question else len(ORDER) + 1,
        "step_labels": [str(label) for label in STEPS.values()],
        "lines": [
            (row.get_question_display(), device_words.answer(row), row, _step_url(matter, each))
            for each in ORDER
            if (row := answers.get(each.value)) is not None
        ],
        "given": {code: row.answer for code, row in answers.items()},
        "before_url": _step_url(matter, before) if before else "",
        "back": matter.back,
        "here": matter.here,
        "headline": matter.headline,
        "by_phone": request.acting.kind == Kind.CALL_CENTRE,
        "said_by": _spoke(request, machine),
        "may_write": request.acting.may_write,
    }


def _step_url(matter: Matter, question: MachineQuestion) -> str:
    return f"{matter.here}{'&' if '?' in matter.here else '?'}step={question.value}"


def _spoke(request: ActingRequest, machine: Device) -> str:
    """Who answers on the telephone, as it was written for the question before."""
    firm, name = request.session.get(SPOKE, [None, ""])
    typed: str = request.POST.get("said_by", "") if request.method == "POST" else ""
    return typed or (str(name) if firm == machine.tenant_id else "")


def _layout(request: ActingRequest) -> str:
    return "base_staff.html" if request.acting.kind == Kind.CALL_CENTRE else "base_portal.html"
