"""Help on its way, for the firm, the desk that speaks for it, and the office once it was asked to step in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alerts.models import AlertGroup
from base.moves import MoveRefused, Party, ReasonMissing
from base.numbers import number_in
from incidents.core.selectors import incident_groups, incidents_in_reach, one_a_machine
from incidents.core.ui import incident_words
from incidents.dispatch.appointments import appointment_propose, times_taken_back, visit_check_of
from incidents.dispatch.decisions import (
    CHANGEABLE,
    NobodySaidIt,
    SheetChanged,
    SheetIncomplete,
    decision_record,
    open_job,
    sheet_sha256,
)
from incidents.dispatch.matching import Fit, Match, Wanted, match
from incidents.dispatch.offers import OfferGone, job_offer_put, job_place, offer_ends
from incidents.dispatch.profiles import candidates
from incidents.dispatch.selectors import decisions_of, events_of, jobs, last_decision, offers_of, profiles_of, times_of
from incidents.dispatch.services import JobExists, job_request
from incidents.dispatch.ui import words as help_words
from incidents.dispatch.ui.times import time_read
from incidents.dispatch.visits import open_questions
from incidents.dispatch.wording import FITS, question_rows, reason_text
from incidents.models import Appointment, Decision, Incident, Job
from incidents.states.job import JobState, OfferState
from portal.ui.cover import entitlement_of
from portal.ui.help_after import after_work
from portal.ui.help_sheet import sheet
from tenants.models import Organisation
from tenants.selectors import organisation, organisations, programme_of
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import firm_in_reach, partner_read
from web.refusals import RefusalWords, refusals_shown

FIRM_SIDE = (Kind.SME, Kind.CALL_CENTRE)
EVERY_SIDE = (*FIRM_SIDE, Kind.OFFICE)
LAYOUTS = {Kind.CALL_CENTRE: "base_staff.html"}


def layout_of(request: ActingRequest) -> str:
    """Staff read on their own layout, everybody else on the firm's."""
    return LAYOUTS.get(Kind(request.acting.kind), "base_portal.html")


def party_of(request: ActingRequest) -> Party:
    """For whom the person acts."""
    return {
        Kind.SME: Party.FIRM,
        Kind.CALL_CENTRE: Party.DESK,
        Kind.OFFICE: Party.OFFICE,
        Kind.VENDOR: Party.VENDOR,
    }[Kind(request.acting.kind)]


def job_of(request: ActingRequest, job_id: int) -> Job:
    """A job in reach, with its incident and vendor; 404 else. A partner's look is written down for the firm."""
    job: Job = get_object_or_404(jobs().select_related("incident"), pk=job_id)
    if request.acting.kind == Kind.OFFICE and job.office_since is None:
        raise Http404
    if request.acting.kind != Kind.SME:
        partner_read(request, code="job.viewed", subject=f"job:{job.number}", tenant_ids=[job.tenant_id])
    return job


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(*FIRM_SIDE)
def decision(request: ActingRequest, incident_id: int) -> HttpResponse:
    """Remote or a visit: both are shown, one is chosen; the desk writes down what the firm says on the phone."""
    incident = get_object_or_404(incidents_in_reach(), pk=incident_id)
    page = sheet(incident)
    desk = request.acting.kind == Kind.CALL_CENTRE
    if request.method == "POST" and (done := _decided(request, incident, page, desk)) is not None:
        return done
    if desk:
        partner_read(
            request, code="decision.viewed", subject=f"incident:{incident.number}", tenant_ids=[incident.tenant_id]
        )
    job = open_job(incident)
    context = {
        "layout": layout_of(request),
        "incident": incident,
        "title": incident_words.title(incident),
        "sheet": page,
        "sha256": sheet_sha256(page),
        "entitlement": entitlement_of(incident),
        "desk_writes": desk,
        "job": job,
        "made": last_decision(incident),
        "may_write": request.acting.may_write,
        "changeable": incident.state != "closed" and (job is None or job.state in CHANGEABLE),
        "said_by": request.POST.get("said_by", ""),
        "wish": request.POST.get("wish", job.wish if job else ""),
    }
    return render(request, "help/decision.html", context)


DECISION_REFUSALS: RefusalWords = {
    NobodySaidIt: gettext_lazy("電話で決めた方の名前を書いてください。"),
    **dict.fromkeys((ReasonMissing, MoveRefused), gettext_lazy("作業の報告が済んでいるため、方法は変えられません。")),
}


def _decided(request: ActingRequest, incident: Incident, page: dict[str, Any], desk: bool) -> HttpResponse | None:
    user, way = request.acting.user, request.POST.get("way", "")
    if way not in Job.Way.values:
        messages.error(request, gettext("遠隔か訪問の、どちらかを選んでください。"))
        return None
    try:
        with refusals_shown(request, DECISION_REFUSALS):
            decision = decision_record(
                incident=incident,
                way=way,
                sheet=page,
                read_sha256=request.POST.get("sha256", ""),
                channel=Decision.Channel.PHONE if desk else Decision.Channel.PORTAL,
                said_by=request.POST.get("said_by", "") if desk else user.full_name or user.email,
                wish=request.POST.get("wish", ""),
                by=user,
                now=timezone.now(),
            )
            messages.success(request, gettext("「%(way)s」に決まりました。") % {"way": decision.get_way_display()})
            job = decision.job
            return redirect("help:vendors" if job.state == JobState.REQUESTED else "help:job", job.pk)
    except (SheetChanged, SheetIncomplete):
        messages.warning(request, gettext("表示の内容が新しくなりました。もう一度お読みになり、選んでください。"))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(*FIRM_SIDE)
def job_new(request: ActingRequest, tenant_id: int) -> HttpResponse:
    """Ask for setting a box up, or for taking one away."""
    firm = firm_in_reach(tenant_id)
    kinds = [choice for choice in Job.Kind.choices if choice[0] != Job.Kind.FIRST_RESPONSE]
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind in dict(kinds):
            return _job_made(request, firm, kind)
        messages.error(request, gettext("頼みたいことを選んでください。"))
    if request.acting.kind == Kind.CALL_CENTRE:
        partner_read(request, code="firm.viewed", subject=f"firm:{tenant_id}", tenant_ids=[tenant_id])
    context = {"layout": layout_of(request), "firm": firm, "kinds": kinds, "may_write": request.acting.may_write}
    return render(request, "help/job_new.html", context)


def _job_made(request: ActingRequest, firm: Organisation, kind: str) -> HttpResponse:
    try:
        job = job_request(
            tenant_id=firm.pk,
            kind=kind,
            way=Job.Way.ON_SITE,
            wish=request.POST.get("wish", ""),
            by=request.acting.user,
            now=timezone.now(),
            party=party_of(request),
        )
    except JobExists as known:
        messages.info(request, gettext("同じ依頼がすでにあります。"))
        return redirect("help:job", known.job.pk)
    messages.success(request, gettext("依頼を受け付けました。訪問する事業者を選んでください。"))
    return redirect("help:vendors", job.pk)


@require_safe
@open_to(*EVERY_SIDE)
def job(request: ActingRequest, job_id: int) -> HttpResponse:
    """Where the help stands: who waits for whom, and the next thing to do."""
    job, now = job_of(request, job_id), timezone.now()
    offers = list(offers_of(job_id))
    times = list(times_of(job_id).select_related("proposed_by"))
    context = {
        "layout": layout_of(request),
        "job": job,
        "firm": organisation(job.tenant_id),
        "turn": help_words.who_waits(job, offers, times),
        "tone": help_words.TONES[JobState(job.state)],
        "step_labels": help_words.step_labels(),
        "step": help_words.step_of(job),
        "waiting": next((offer for offer in offers if offer.state == OfferState.WAITING), None),
        "next_one": next_best(job, now) if job.state == JobState.REQUESTED and offers else None,
        "course": help_words.course(events_of(job_id)),
        "decisions": decisions_of(job_id),
        "side": party_of(request).value,
        "speaks_for_both": request.acting.kind in (Kind.CALL_CENTRE, Kind.OFFICE),
        "may_write": request.acting.may_write,
        "over": job.state in (JobState.CLOSED, JobState.CANCELLED),
        "changeable": job.state in CHANGEABLE,
        "cancellable": job.state in (JobState.REQUESTED, JobState.OFFERED, JobState.ACCEPTED, JobState.SCHEDULED),
        "after": after_work(job, request.acting.kind),
        "machines": _machines(request, job),
        **times_context(job, times, now),
    }
    return render(request, "help/job.html", context)


def _machines(request: ActingRequest, job: Job) -> list[AlertGroup]:
    """A group of each machine that firm or desk can say of whether it is there, before somebody sets out."""
    if job.incident is None or job.way != Job.Way.ON_SITE or request.acting.kind not in FIRM_SIDE:
        return []
    return one_a_machine(incident_groups(job.incident))


def times_context(job: Job, times: list[Appointment], now: datetime) -> dict[str, Any]:
    """What the parts about times and questions need."""
    check = visit_check_of(job)
    answers, on_site = dict(check.answers) if check else {}, job.way == Job.Way.ON_SITE
    return {
        "times": help_words.open_times(times, now) | {"taken_back": times_taken_back(job, now)},
        "with_vendor": job.state in (JobState.ACCEPTED, JobState.SCHEDULED, JobState.WORKING),
        "questions": question_rows(job.kind, answers, on_site=on_site),
        "check": check,
        "unanswered": open_questions(job.kind, answers, on_site=on_site),
        "first_day": timezone.localtime(now).date(),
    }


def next_best(job: Job, now: datetime) -> Match | None:
    """The vendor to ask next: the best match that has not declined."""
    lines = match(_wanted(job, None, 120), _candidates(job, None, now))
    return next((line for line in lines if line.fit < Fit.NO), None)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(*EVERY_SIDE)
def vendors(request: ActingRequest, job_id: int) -> HttpResponse:
    """The list of vendors with reasons; one is picked and asked."""
    job, now = job_of(request, job_id), timezone.now()
    at = time_read(request.GET.get("day", ""), request.GET.get("time", ""))
    if request.method == "POST" and (done := _picked(request, job, now)) is not None:
        return done
    lines = match(_wanted(job, at, 120), _candidates(job, at, now))
    profiles = profiles_of([line.candidate.vendor_id for line in lines])
    context = {
        "layout": layout_of(request),
        "job": job,
        "lines": [
            {
                "match": line,
                "fit": FITS[line.fit],
                "tone": {Fit.YES: "safe", Fit.ASK: "attention", Fit.NO: "neutral"}[line.fit],
                "reasons": [reason_text(because) for because in line.reasons],
                "profile": profiles.get(line.candidate.vendor_id),
                "no": line.fit == Fit.NO,
            }
            for line in lines
        ],
        "anybody": any(line.fit < Fit.NO for line in lines),
        "until": offer_ends(job=job, now=now),
        "day": request.GET.get("day", ""),
        "time": request.GET.get("time", ""),
        "at": at,
        "first_day": timezone.localtime(now).date(),
        "office": request.acting.kind == Kind.OFFICE,
        "open": job.state in (JobState.REQUESTED, JobState.OFFERED)
        if request.acting.kind == Kind.OFFICE
        else job.state == JobState.REQUESTED,
        "may_write": request.acting.may_write,
    }
    return render(request, "help/vendors.html", context)


def _wanted(job: Job, at: datetime | None, minutes: int) -> Wanted:
    firm = organisations().get(pk=job.tenant_id)
    remote = job.way == Job.Way.REMOTE
    return Wanted(firm.prefecture, firm.municipality_code, job.kind, remote, at, minutes)


def _candidates(job: Job, at: datetime | None, now: datetime) -> Any:
    return candidates(programme_id=programme_of(tenant_id=job.tenant_id).pk, job=job, at=at, now=now)


OFFER_GONE = gettext_lazy("いま事業者が返事をしました。画面を確かめてください。")
OFFER_REFUSALS: RefusalWords = {
    OfferGone: OFFER_GONE,
    **dict.fromkeys(
        (ReasonMissing, MoveRefused),
        gettext_lazy("すでに別の事業者に打診しているか、引き受けが決まっています。"),
    ),
}
PLACE_REFUSALS: RefusalWords = {
    OfferGone: OFFER_GONE,
    **dict.fromkeys((ReasonMissing, MoveRefused), gettext_lazy("決めた理由を書いてください。")),
}


def _picked(request: ActingRequest, job: Job, now: datetime) -> HttpResponse | None:
    """Ask the vendor; the office gives it the job instead."""
    chosen = number_in(request.POST.get("vendor", ""))
    known = {candidate.vendor_id for candidate in _candidates(job, None, now)}
    if chosen is None or chosen not in known:
        messages.error(request, gettext("事業者を選んでください。"))
        return None
    vendor = organisations().get(pk=chosen)
    user = request.acting.user
    office = request.acting.kind == Kind.OFFICE
    with refusals_shown(request, PLACE_REFUSALS if office else OFFER_REFUSALS):
        if office:
            job_place(job=job, vendor=vendor, reason=request.POST.get("reason", ""), by=user, now=now)
            success = gettext("%(vendor)sに決めました。会社と事業者にお知らせしました。")
        else:
            job_offer_put(
                job=job,
                vendor=vendor,
                expires_at=offer_ends(job=job, now=now),
                by=user,
                party=party_of(request),
                now=now,
            )
            success = gettext("%(vendor)sに打診しました。返事が届くとメールでお知らせします。")
            at = time_read(request.POST.get("day", ""), request.POST.get("time", ""))
            if at is not None and at > now:
                appointment_propose(job=job, starts_at=at, minutes=120, side=Party.FIRM, by=user, now=now)
        messages.success(request, success % {"vendor": vendor.name})
    return redirect("help:job", job.pk)
