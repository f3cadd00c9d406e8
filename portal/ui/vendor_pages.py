"""A vendor's home, the offers it is asked to answer, the jobs it has taken. Made for a phone first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.moves import MoveRefused, Party, ReasonMissing
from incidents.dispatch.doors import job_cards
from incidents.dispatch.offers import OfferGone, job_offer_answer
from incidents.dispatch.selectors import events_of, jobs, offer_to, profile_of, times_agreed_after, times_of
from incidents.dispatch.services import job_move
from incidents.dispatch.ui import words as help_words
from incidents.models import JOB_STATES, Job, JobOffer
from incidents.states.appointment import AppointmentState
from incidents.states.job import JobState, OfferState
from insurance.selectors import account_of
from portal.ui.cover import entitlement_of_job
from portal.ui.help_pages import times_context
from surveys.selectors import jobs_heard
from surveys.ui.hearing import ASKED_IN
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.refusals import refusals_shown

OVER = (JobState.SIGNED, JobState.CLOSED)
# Why a vendor cannot come; "other" needs words.
NO_REASONS = {
    "busy": gettext_lazy("予定がいっぱい"),
    "far": gettext_lazy("遠くて伺えない"),
    "time": gettext_lazy("希望の日時に合わない"),
    "skill": gettext_lazy("得意な内容ではない"),
    "other": gettext_lazy("そのほか"),
}


@require_safe
@open_to(Kind.VENDOR)
def home(request: ActingRequest) -> HttpResponse:
    """What waits for an answer, and the jobs taken."""
    now = timezone.now()
    cards = [_card(card) for card in job_cards()]
    agreed = times_agreed_after(now)
    next_time = {appointment.job_id: appointment for appointment in agreed}
    mine = [card | {"next": next_time.get(card["job_id"])} for card in cards if card["accepted"]]
    answered = jobs_heard([card["job_id"] for card in mine])
    mine = [card | {"ask_hearing": card["state"] in ASKED_IN and card["job_id"] not in answered} for card in mine]
    context = {
        "offers": [card | {"left": card["until"] - now} for card in cards if not card["accepted"]],
        "jobs": sorted((card for card in mine if card["state"] not in OVER), key=_soonest),
        "done": [card for card in mine if card["state"] in OVER],
        "profile": profile_of(request.acting.organisation.pk),
        "owner": request.acting.role == "owner",
        "payable": _payable(request, mine),
        "now": now,
    }
    tenants = [card["tenant_id"] for card in mine]
    if tenants:
        partner_read(request, code="jobs.viewed", subject="jobs", tenant_ids=tenants)
    return render(request, "vendor/home.html", context)


def _payable(request: ActingRequest, mine: list[dict[str, Any]]) -> bool:
    """False when an owner should enter a bank account: a job is reported and the vendor has none."""
    if request.acting.role != "owner" or not any(card["state"] in ASKED_IN for card in mine):
        return True
    return account_of(request.acting.organisation.pk) is not None


def _card(card: dict[str, Any]) -> dict[str, Any]:
    """A door's row with the words for its codes."""
    return card | {
        "kind_name": Job.Kind(card["kind"]).label,
        "way_name": Job.Way(card["way"]).label,
        "state_name": dict(JOB_STATES)[card["state"]],
        "tone": help_words.TONES[JobState(card["state"])],
        "place": f"{card['prefecture']}{card['municipality']}",
    }


def _soonest(card: dict[str, Any]) -> Any:
    return (card["next"] is None, card["next"].starts_at if card["next"] else card["requested_at"])


def _card_of(job_id: int) -> dict[str, Any] | None:
    """The job as the vendor may see it; the one with the firm's name when it has both."""
    cards = sorted((card for card in job_cards() if card["job_id"] == job_id), key=lambda card: not card["accepted"])
    return _card(cards[0]) if cards else None


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.VENDOR)
def offer(request: ActingRequest, job_id: int) -> HttpResponse:
    """An offer: what and where, until when; taken or declined with a reason."""
    offer = offer_to(job_id=job_id, vendor_id=request.acting.organisation.pk)
    if offer is None:
        return _gone(request, OfferState.EXPIRED)
    if request.method == "POST":
        return _answer(request, offer)
    card = _card_of(job_id)
    if offer.state == OfferState.ACCEPTED and card is not None:
        return redirect("vendor:job", job_id)
    if offer.state != OfferState.WAITING or card is None:
        return _gone(request, offer.state)
    partner_read(request, code="offer.viewed", subject=f"offer:{offer.pk}", tenant_ids=[offer.tenant_id])
    context = {
        "offer": offer,
        "card": card,
        "wishes": times_of(job_id).filter(side="firm", state=AppointmentState.PROPOSED),
        "reasons": NO_REASONS.items(),
        "may_write": request.acting.may_write,
        "left": offer.expires_at - timezone.now(),
    }
    return render(request, "vendor/offer.html", context)


def _answer(request: ActingRequest, offer: JobOffer) -> HttpResponse:
    accept = request.POST.get("answer") == "accept"
    reason = NO_REASONS.get(request.POST.get("why", ""), "")
    words = request.POST.get("words", "").strip()
    reason_words = words if request.POST.get("why") == "other" else " ".join(filter(None, (str(reason), words)))
    user, now = request.acting.user, timezone.now()
    missing = gettext("辞退の理由を選んでください。会社に伝わります。")
    try:
        with refusals_shown(request, {ReasonMissing: missing}) as attempt:
            job_offer_answer(offer_id=offer.pk, accept=accept, by=user, now=now, reason="" if accept else reason_words)
    except OfferGone as gone:
        colleague = gone.by.full_name or gone.by.email if gone.by and gone.by.pk != request.acting.user.pk else ""
        return _gone(request, gone.state, colleague)
    if attempt.refusal:
        return redirect("vendor:offer", offer.job_id)
    if not accept:
        messages.success(request, gettext("辞退を会社に伝えました。"))
        return redirect("vendor:home")
    messages.success(request, gettext("引き受けました。会社の連絡先を見て、日時を決めてください。"))
    return redirect("vendor:job", offer.job_id)


def _gone(request: ActingRequest, state: str, colleague: str = "") -> HttpResponse:
    """The offer cannot be answered any more, and why."""
    context = {"state": state, "colleague": colleague}
    return render(request, "vendor/gone.html", context, status=409 if request.method == "POST" else 404)


@require_safe
@open_to(Kind.VENDOR)
def job(request: ActingRequest, job_id: int) -> HttpResponse:
    """A job it has taken: whom to call, when to go, what was asked beforehand."""
    card = _card_of(job_id)
    if card is None or not card["accepted"]:
        raise Http404
    job, now = jobs().get(pk=job_id), timezone.now()
    partner_read(request, code="job.viewed", subject=f"job:{job.number}", tenant_ids=[job.tenant_id])
    times = list(times_of(job_id).select_related("proposed_by"))
    context = {
        "card": card,
        "job": job,
        "turn": help_words.who_waits(job, (), times),
        "side": Party.VENDOR.value,
        "course": help_words.course(events_of(job_id)),
        "may_write": request.acting.may_write,
        "reported": job.state in ASKED_IN,
        "ask_hearing": job.state in ASKED_IN and not jobs_heard([job_id]),
        "entitlement": entitlement_of_job(job),
        "returnable": job.state in (JobState.ACCEPTED, JobState.SCHEDULED),
        **times_context(job, times, now),
    }
    return render(request, "vendor/job.html", context)


@require_POST
@open_to(Kind.VENDOR)
def job_return(request: ActingRequest, job_id: int) -> HttpResponse:
    """Give a job back; the firm picks another vendor."""
    job = jobs().filter(pk=job_id).first()
    if job is None:
        raise Http404
    words = gettext("理由を書いてください。作業を始めたあとは返せません。")
    with refusals_shown(request, {ReasonMissing: words, MoveRefused: words}):
        job_move(
            job=job,
            to=JobState.REQUESTED,
            by=Party.VENDOR,
            user=request.acting.user,
            now=timezone.now(),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, gettext("作業を返しました。会社には理由と一緒に伝えました。"))
        return redirect("vendor:home")
    return redirect("vendor:job", job_id)
