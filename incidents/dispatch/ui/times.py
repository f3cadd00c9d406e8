"""Times of visits on pages: what people type, what they do with them, the file for their calendar."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from base.moves import MoveRefused, Party, ReasonMissing
from base.numbers import number_in
from incidents.dispatch import appointments as named
from incidents.dispatch.calendar import Entry, calendar_text, method_of
from incidents.dispatch.doors import job_card
from incidents.dispatch.offers import OfferGone, job_offer_withdraw
from incidents.dispatch.selectors import jobs, time_in_its_place, times_for_calendars, times_of
from incidents.dispatch.services import job_move, office_call
from incidents.dispatch.visits import Answer, Question
from incidents.models import Appointment, Job
from incidents.states.appointment import AppointmentState
from incidents.states.job import JobState
from notifications.links import page_url
from tenants.selectors import organisation, programme_of
from tenants.tenancy.scope import tenant_scope
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.addresses import published
from web.jst import JST
from web.refusals import RefusalWords, refusals_shown

PEOPLE = (Kind.SME, Kind.CALL_CENTRE, Kind.OFFICE, Kind.VENDOR)
TIME_PROBLEMS = {
    "past": gettext_lazy("これからの日時を入れてください。"),
    "far": gettext_lazy("半年先までの日時を入れてください。"),
    "long": gettext_lazy("見込みの時間は15分から10時間までです。"),
    "many": gettext_lazy("返事を待っている候補が多すぎます。どれかを取り消してください。"),
}
# Whether it is not known yet that the machine is there → what to do first.
QUESTIONS_OPEN = {
    False: gettext_lazy("日時を決める前に「訪問前の確認」にお答えください。"),
    True: gettext_lazy(
        "お知らせに出た機器が会社にあるかどうかを、先に「訪問前の確認」にお答えください。ないと分かっても伺えます。"
        "電話で聞いた答えは、相談窓口が記録できます。"
    ),
}
TIME_REFUSALS: RefusalWords = {
    named.TimeWrong: lambda refusal: TIME_PROBLEMS[refusal.code],
    named.OwnProposal: gettext_lazy("候補を出した側は、決定できません。相手の返事をお待ちください。"),
    named.QuestionsOpen: lambda refusal: QUESTIONS_OPEN[Question.PRESENT in refusal.questions],
    **dict.fromkeys(
        (MoveRefused, Appointment.DoesNotExist),
        gettext_lazy("いまの状態からは、その操作はできません。画面を確かめてください。"),
    ),
}
_MEANWHILE: RefusalWords = {
    OfferGone: gettext_lazy("いま事業者が返事をしました。画面を確かめてください。"),
    **dict.fromkeys(
        (ReasonMissing, MoveRefused), gettext_lazy("理由を書いてください。または、いまの状態からはできません。")
    ),
}


def time_read(day: str, time: str) -> datetime | None:
    """A date and a time of day as forms send them, in Japan; None when either is missing or no date."""
    try:
        return datetime.fromisoformat(f"{day.strip()}T{time.strip()}").replace(tzinfo=JST)
    except ValueError:
        return None


@require_POST
@open_to(*PEOPLE)
def times(request: ActingRequest, job_id: int) -> HttpResponse:
    """Propose, agree, refuse, take back; answer the questions before a visit."""
    job = get_object_or_404(jobs(), pk=job_id)
    side = _side(request)
    act = _ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise Http404
    with refusals_shown(request, TIME_REFUSALS):
        messages.success(request, act(request, job, side))
    return redirect(back_of(request), job_id)


def back_of(request: ActingRequest) -> str:
    """The page about the job for whoever acts."""
    return published("vendor_job") if request.acting.kind == Kind.VENDOR else published("help_job")


def _side(request: ActingRequest) -> Party:
    """For whom the person acts: firm and vendor for themselves, desk and office for the side they name."""
    if request.acting.kind == Kind.SME:
        return Party.FIRM
    if request.acting.kind == Kind.VENDOR:
        return Party.VENDOR
    return Party.VENDOR if request.POST.get("side") == "vendor" else Party.FIRM


def _propose(request: ActingRequest, job: Job, side: Party) -> str:
    at = time_read(request.POST.get("day", ""), request.POST.get("time", ""))
    minutes = request.POST.get("minutes", "")
    if at is None:
        raise named.TimeWrong("past")
    named.appointment_propose(
        job=job,
        starts_at=at,
        minutes=(number_in(minutes) or 0) if len(minutes) < 4 else 0,
        side=side,
        by=request.acting.user,
        now=timezone.now(),
    )
    return gettext("候補を送りました。相手の返事をお待ちください。")


def _agree(request: ActingRequest, job: Job, side: Party) -> str:
    named.appointment_agree(appointment_id=_number(request, job), side=side, by=request.acting.user, now=timezone.now())
    return gettext("日時が決まりました。会社と事業者にお知らせしました。")


def _refuse(request: ActingRequest, job: Job, side: Party) -> str:
    named.appointment_refuse(
        appointment_id=_number(request, job),
        side=side,
        by=request.acting.user,
        now=timezone.now(),
        reason=request.POST.get("reason", ""),
    )
    return gettext("候補を取り消しました。")


def _drop(request: ActingRequest, job: Job, side: Party) -> str:
    named.appointment_drop(
        appointment_id=_number(request, job),
        side=side,
        by=request.acting.user,
        now=timezone.now(),
        reason=request.POST.get("reason", ""),
    )
    return gettext("日時を取り消しました。新しい日時を決めてください。")


def _check(request: ActingRequest, job: Job, _side: Party) -> str:
    answers = {
        name.removeprefix("q_"): str(value)
        for name, value in request.POST.items()
        if name.startswith("q_") and value in list(Answer)
    }
    try:
        named.visit_check_record(
            job=job, answers=answers, note=request.POST.get("note", ""), by=request.acting.user, now=timezone.now()
        )
    except ValueError:
        raise Http404 from None
    return gettext("答えを保存しました。")


def _number(request: ActingRequest, job: Job) -> int:
    """The appointment asked about, when it is of this job."""
    number = request.POST.get("appointment", "")
    appointment = times_of(job.pk).filter(pk=number_in(number) or 0).first()
    if appointment is None:
        raise Appointment.DoesNotExist
    return int(appointment.pk)


_ACTS = {"propose": _propose, "agree": _agree, "refuse": _refuse, "drop": _drop, "check": _check}


@require_POST
@open_to(Kind.SME, Kind.CALL_CENTRE, Kind.OFFICE)
def job_act(request: ActingRequest, job_id: int) -> HttpResponse:
    """Withdraw an offer, cancel the job, ask the office to step in."""
    job = get_object_or_404(Job, pk=job_id)
    party = {Kind.SME: Party.FIRM, Kind.CALL_CENTRE: Party.DESK, Kind.OFFICE: Party.OFFICE}[Kind(request.acting.kind)]
    user, now, reason = request.acting.user, timezone.now(), request.POST.get("reason", "")
    with refusals_shown(request, _MEANWHILE):
        match request.POST.get("action", ""):
            case "withdraw":
                job_offer_withdraw(job=job, party=party, by=user, now=now)
                success = gettext("打診を取り下げました。ほかの事業者を選べます。")
            case "cancel":
                job_move(job=job, to=JobState.CANCELLED, by=party, user=user, now=now, reason=reason)
                success = gettext("依頼を取りやめました。")
            case "office" if request.acting.kind == Kind.CALL_CENTRE:
                office_call(job=job, reason=reason, by=user, now=now)
                success = gettext("事務局に調整を頼みました。事務局の画面に出ます。")
            case _:
                raise Http404
        messages.success(request, success)
    return redirect(published("help_job"), job_id)


@require_safe
@open_to(*PEOPLE)
def calendar_file(request: ActingRequest, appointment_id: int) -> HttpResponse:
    """An agreed time for the reader's calendar, or its removal; a vendor's with the firm's name and address."""
    appointment = get_object_or_404(times_for_calendars(), pk=appointment_id)
    entry = _entry(request, time_in_its_place(appointment))
    kind = f"text/calendar; charset=utf-8; method={method_of(entry)}"
    answer = HttpResponse(calendar_text(entry), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="otasuke-{appointment.job.number}.ics"'
    return answer


def _entry(request: ActingRequest, appointment: Appointment) -> Entry:
    job = appointment.job
    vendor = request.acting.kind == Kind.VENDOR
    card = (job_card(job.pk) if vendor else None) or {}
    firm = None if vendor else organisation(job.tenant_id)
    where = "".join(card.get(name) or "" for name in ("prefecture", "municipality", "address"))
    if firm is not None:
        where = f"{firm.prefecture}{firm.municipality}{firm.address}"
    with tenant_scope(job.tenant_id):
        programme = programme_of(tenant_id=job.tenant_id)
    who = card.get("firm", "") if vendor else (appointment.vendor.name if appointment.vendor else "")
    return Entry(
        uid=f"{appointment.uid}@{settings.MAIL_DOMAIN}",
        sequence=appointment.sequence,
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        summary=f"{job.get_kind_display()} ({appointment.get_way_display()}) {who}",
        place=where if appointment.way == Job.Way.ON_SITE else "",
        url=page_url(back_of(request), job.pk),
        made_at=appointment.answered_at or appointment.proposed_at,
        organiser_name=programme.desk_name,
        organiser_address=programme.desk_email,
        cancelled=appointment.state == AppointmentState.DROPPED,
    )
