"""Named writes of offers: one vendor is asked, and answers in time or not; the office may place a job itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy

from base.moves import MoveRefused, Party, require_move
from base.reasons import says_something
from base.refusals import Refusal
from incidents.dispatch.mails import answer_mail_put, offer_mail_put
from incidents.dispatch.services import job_lock, job_step, vendor_request_close
from incidents.dispatch.timeline import job_event_add
from incidents.doors import ended_offers
from incidents.models import Job, JobOffer
from incidents.states.job import JOB_MOVES, OFFER_MOVES, JobState, OfferState
from notifications.channels import Channel, firm_hours
from tenants.audit.record import audit_record
from tenants.models import Organisation, User
from tenants.programme_settings import Setting, values_of
from tenants.selectors import enrolment_current, settings_at
from tenants.tenancy.scope import tenant_scope

_HINT = gettext_lazy("訪問できる時間で数えます。過ぎると依頼は終わり、会社は別の事業者に頼めます。")
# Ours: OSK prints none; 38% of first responses began the same day.
SETTINGS = (
    Setting(
        key="offer_response_hours",
        label=gettext_lazy("初動対応を頼まれた事業者が返事をするまでの時間"),
        hint=_HINT,
        default=2,
        least=1,
        most=40,
        unit=gettext_lazy("時間"),
    ),
    Setting(
        key="offer_install_hours",
        label=gettext_lazy("設置や撤去を頼まれた事業者が返事をするまでの時間"),
        hint=_HINT,
        default=9,
        least=1,
        most=80,
        unit=gettext_lazy("時間"),
    ),
)


class OfferGone(Refusal):
    """The offer was answered, withdrawn or has run out. `state`: which; `by`: who answered, when it can be seen."""

    def __init__(self, state: str, by: User | None = None) -> None:
        super().__init__(state)
        self.state, self.by = state, by


class NoVendor(Refusal):
    """This organisation takes no jobs."""


def offer_ends(*, job: Job, now: datetime) -> datetime:
    """Until when a vendor asked now has to answer: hours in which visits take place, by the programme's clock."""
    hours = firm_hours(tenant_id=job.tenant_id, channel=Channel.VISIT, at=now)
    enrolment = enrolment_current(tenant_id=job.tenant_id)
    version = settings_at(programme_id=enrolment.programme_id, at=now) if enrolment is not None else None
    key = "offer_response_hours" if job.kind == Job.Kind.FIRST_RESPONSE else "offer_install_hours"
    return hours.add_business(now, timedelta(hours=values_of(version, SETTINGS)[key]))


def job_offer_put(
    *, job: Job, vendor: Organisation, expires_at: datetime, by: User | None, party: Party, now: datetime
) -> JobOffer:
    """Ask a vendor to take the job until `expires_at`.

    Raises NoVendor, and MoveRefused when another one is being asked or the job is taken.
    """
    if vendor.kind != Organisation.Kind.VENDOR:
        raise NoVendor(str(vendor.pk))
    if expires_at <= now:
        raise ValueError("an offer ends later than it begins")
    job_step(job=job, to=JobState.OFFERED, by=party, user=by, now=now)
    offer: JobOffer = JobOffer.objects.create(
        tenant_id=job.tenant_id, job=job, vendor=vendor, offered_at=now, offered_by=by, expires_at=expires_at
    )
    job_event_add(job=job, code="offered", party=party, at=now, by=by, vendor=vendor, until=expires_at.isoformat())
    audit_record(code="job.offered", subject=f"job:{job.number}", tenant_id=job.tenant_id, vendor=vendor.name)
    offer_mail_put(job=job, offer=offer)
    return offer


def job_offer_answer(*, offer_id: int, accept: bool, by: User, now: datetime, reason: str = "") -> JobOffer:
    """The asked vendor's answer; needs its scope. Accepting makes it the job's vendor, which then sees the firm.

    Raises OfferGone (also for the second of two colleagues), MoveRefused or ReasonMissing when declining without
    a reason, JobOffer.DoesNotExist when no such offer was made to it.
    """
    unlocked = JobOffer.objects.filter(pk=offer_id).first()
    if unlocked is None:
        raise OfferGone(OfferState.EXPIRED)
    job = job_lock(Job(pk=unlocked.job_id, tenant_id=unlocked.tenant_id))
    # Read the offer again under the job's lock: somebody quicker may have answered it.
    with tenant_scope(job.tenant_id):
        offer: JobOffer = JobOffer.objects.select_related("answered_by", "vendor").get(pk=offer_id)
    if offer.state != OfferState.WAITING:
        raise OfferGone(offer.state, offer.answered_by)
    if offer.expires_at <= now:
        raise OfferGone(OfferState.EXPIRED)
    to = OfferState.ACCEPTED if accept else OfferState.DECLINED
    reason = reason.strip()[:300]
    require_move(OFFER_MOVES, offer.state, to, party=Party.VENDOR, reason=reason)
    # Declining ends the vendor's access to the firm at once, so the record is written first.
    audit_record(
        code=f"job.offer_{to}",
        subject=f"job:{job.number}",
        tenant_id=job.tenant_id,
        vendor=offer.vendor.name,
        reason=reason,
    )
    written = JobOffer.objects.filter(pk=offer.pk).update(state=to, answered_at=now, answered_by=by, reason=reason)
    if not written:
        raise OfferGone(OfferState.EXPIRED)
    _follow_answer(job, offer, to, by, now, reason)
    return offer


def job_offer_withdraw(*, job: Job, party: Party, by: User | None, now: datetime) -> None:
    """Ask the vendor no more; another one can be asked. Raises OfferGone when it has answered."""
    job_lock(job)
    offer = JobOffer.objects.filter(job_id=job.pk, state=OfferState.WAITING).select_related("vendor").first()
    if offer is None:
        raise OfferGone(OfferState.WITHDRAWN)
    _end(job, offer, OfferState.WITHDRAWN, party, by, now)


def job_place(*, job: Job, vendor: Organisation, reason: str, by: User, now: datetime) -> JobOffer:
    """The office gives the job to a vendor it has spoken to (OSK 3.4.3: by exception); who was asked is asked no more.

    Only while the office sees the job, that is once the desk asked it to step in. Raises MoveRefused, NoVendor.
    """
    if vendor.kind != Organisation.Kind.VENDOR:
        raise NoVendor(str(vendor.pk))
    reason = reason.strip()[:300]
    locked = job_lock(job)
    if locked.office_since is None or not says_something(reason):
        raise MoveRefused("the office steps in when it was asked to, and says why")
    if locked.state == JobState.OFFERED:
        job_offer_withdraw(job=job, party=Party.OFFICE, by=by, now=now)
    require_move(JOB_MOVES, job_lock(job).state, JobState.OFFERED, party=Party.OFFICE)
    offer: JobOffer = JobOffer.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        vendor=vendor,
        state=OfferState.ACCEPTED,
        offered_at=now,
        offered_by=by,
        expires_at=now,
        answered_at=now,
        answered_by=by,
        reason=reason,
    )
    audit_record(
        code="job.placed", subject=f"job:{job.number}", tenant_id=job.tenant_id, vendor=vendor.name, reason=reason
    )
    job_event_add(job=job, code="placed", party=Party.OFFICE, at=now, by=by, vendor=vendor, reason=reason)
    answer_mail_put(job=job, offer=offer, news="accepted")
    vendor_request_close(job, now)
    return offer


def offers_end(*, now: datetime) -> int:
    """End offers nobody answered in time; their jobs look for a vendor again. → how many."""
    ended = 0
    for tenant_id, job_id in ended_offers(now):
        with tenant_scope(tenant_id):
            job = job_lock(Job(pk=job_id, tenant_id=tenant_id))
            waiting = JobOffer.objects.filter(job_id=job_id, state=OfferState.WAITING, expires_at__lte=now)
            offer = waiting.select_related("vendor").first()
            if offer is not None:
                _end(job, offer, OfferState.EXPIRED, Party.RULE, None, now)
                ended += 1
    return ended


def _end(job: Job, offer: JobOffer, to: OfferState, party: Party, by: User | None, now: datetime) -> None:
    require_move(OFFER_MOVES, offer.state, to, party=party)
    JobOffer.objects.filter(pk=offer.pk).update(state=to, answered_at=now, answered_by=by)
    job_event_add(job=job, code=f"offer_{to}", party=party, at=now, by=by, vendor=offer.vendor)
    job_step(job=job, to=JobState.REQUESTED, by=party, user=by, now=now)
    if to == OfferState.EXPIRED:
        answer_mail_put(job=job, offer=offer, news="expired")


def _follow_answer(job: Job, offer: JobOffer, to: OfferState, by: User, now: datetime, reason: str) -> None:
    job_event_add(job=job, code=f"offer_{to}", party=Party.VENDOR, at=now, by=by, vendor=offer.vendor, reason=reason)
    if to == OfferState.DECLINED:
        # The vendor may no longer change the job: going back to "no vendor yet" is the firm's background work.
        with tenant_scope(job.tenant_id):
            job_step(job=job, to=JobState.REQUESTED, by=Party.VENDOR, user=by, now=now)
    answer_mail_put(job=job, offer=offer, news=to.value)
