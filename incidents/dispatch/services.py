"""Named writes of jobs. All need an open scope in which the person may write for the job.

The job's row lock is taken first, always: whatever two people do at once comes one after the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max

from base.about import about_row
from base.moves import MoveRefused, Party, require_move
from base.reasons import says_something
from base.refusals import Refusal
from incidents.core.course import attention_settle, incident_move
from incidents.dispatch.mails import cancelled_mail_put, given_back_mail_put
from incidents.dispatch.timeline import job_event_add
from incidents.doors import lock_numbers
from incidents.models import Appointment, Incident, Job, JobOffer
from incidents.states.appointment import AppointmentState
from incidents.states.incident import IncidentState
from incidents.states.job import JOB_MOVES, JobState, OfferState
from notifications.models import Attention
from notifications.services import attention_open
from tenants.audit.record import audit_record
from tenants.models import Organisation, User
from tenants.tenancy.scope import tenant_scope

_TIMES = {
    JobState.WORKING: "started_at",
    JobState.REPORTED: "reported_at",
    JobState.CLOSED: "closed_at",
    JobState.CANCELLED: "closed_at",
}
_WITH_VENDOR = (JobState.ACCEPTED, JobState.SCHEDULED, JobState.WORKING)
_NOT_BEGUN = (IncidentState.OPEN, IncidentState.CONTACTED)


class JobExists(Refusal):
    """The same help is already on its way: `job`."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"job {job.number}")
        self.job = job


def job_request(
    *,
    tenant_id: int,
    kind: str,
    way: str,
    incident: Incident | None = None,
    wish: str = "",
    by: User | None,
    now: datetime,
    party: Party = Party.FIRM,
) -> Job:
    """Ask for a vendor's work. An incident has one open job; without one, one of each kind waits for a vendor.

    Raises JobExists.
    """
    lock_numbers(tenant_id)
    jobs = Job.objects.filter(tenant_id=tenant_id)
    if incident is not None:
        same = jobs.filter(incident=incident).exclude(state__in=(JobState.CLOSED, JobState.CANCELLED)).first()
    else:
        same = jobs.filter(incident=None, kind=kind, state__in=(JobState.REQUESTED, JobState.OFFERED)).first()
    if same is not None:
        raise JobExists(same)
    number = (jobs.aggregate(last=Max("number"))["last"] or 0) + 1
    job: Job = Job.objects.create(
        tenant_id=tenant_id,
        number=number,
        kind=Job.Kind(kind),
        way=Job.Way(way),
        incident=incident,
        wish=wish.strip()[:500],
        requested_at=now,
    )
    job_event_add(job=job, code="requested", party=party, at=now, by=by, kind=job.kind, way=job.way)
    audit_record(code="job.requested", subject=f"job:{number}", tenant_id=tenant_id, kind=job.kind, way=job.way)
    return job


def job_move(*, job: Job, to: str, by: Party, user: User | None, now: datetime, reason: str = "", **facts: Any) -> Job:
    """Move a job to another state, except for the steps that are an offer's (incidents.dispatch.offers).

    `job` itself is changed too. `facts` stand in its course beside the reason. Raises MoveRefused.
    """
    old = job_lock(job).state
    if to == JobState.OFFERED or (old == JobState.OFFERED and to != JobState.CANCELLED):
        raise MoveRefused("asking a vendor, and its answer, are an offer's")
    return job_step(job=job, to=to, by=by, user=user, now=now, reason=reason, **facts)


def job_step(*, job: Job, to: str, by: Party, user: User | None, now: datetime, reason: str = "", **facts: Any) -> Job:
    """The only place that moves a job, but for an accepted offer (the database takes the job). For this room only."""
    locked = job_lock(job)
    old, vendor = locked.state, locked.vendor
    require_move(JOB_MOVES, old, to, party=by, reason=reason)
    reason = reason.strip()[:300]
    if to == JobState.CANCELLED and old == JobState.OFFERED:
        _withdraw_waiting(locked, by, user, now)
    fields: dict[str, Any] = {"state": to}
    if (name := _TIMES.get(JobState(to))) and (name != "started_at" or locked.started_at is None):
        fields[name] = now
    # Giving a job back ends the vendor's access to the firm at once, so the record is written first.
    audit_record(
        code="job.moved", subject=f"job:{locked.number}", tenant_id=job.tenant_id, old=old, to=str(to), reason=reason
    )
    if not Job.objects.filter(pk=job.pk).update(**fields):
        raise MoveRefused(f"{old} → {to}: the job is not yours")
    _followed(job, fields | ({"vendor": None} if to == JobState.REQUESTED else {"vendor": vendor}))
    # A firm's wishes outlive an offer that is declined, not the job.
    if to == JobState.CANCELLED or (to == JobState.REQUESTED and old in _WITH_VENDOR):
        _times_fall(job, now)
    if to == JobState.REQUESTED and old in _WITH_VENDOR and vendor is not None:
        given_back_mail_put(job=job, vendor=vendor, now=now)
    if to == JobState.REQUESTED and by in (Party.VENDOR, Party.RULE):
        _vendor_wanted(locked, now)
    elif to in (JobState.OFFERED, JobState.CANCELLED):
        vendor_request_close(job, now)
    if to == JobState.CANCELLED and vendor is not None:
        cancelled_mail_put(job=job, vendor=vendor, now=now)
    job_event_add(
        job=job, code="moved", party=by, at=now, by=user, vendor=vendor, old=old, to=str(to), reason=reason, **facts
    )
    if to == JobState.WORKING and job.incident_id is not None:
        _incident_begins(job, now)
    return job


def job_lock(job: Job) -> Job:
    """The job as it is now, locked until the transaction ends, whoever asks: everything about a job waits for this."""
    with tenant_scope(job.tenant_id):
        locked: Job = Job.objects.select_for_update(of=("self",)).select_related("vendor").get(pk=job.pk)
    return locked


def job_wish(*, job: Job, wish: str) -> None:
    """What the firm wishes for, as the asked vendor reads it."""
    Job.objects.filter(pk=job.pk).update(wish=wish.strip()[:500])


def office_call(*, job: Job, reason: str, by: User, now: datetime) -> None:
    """Ask the office to step in (OSK 3.4.3: by exception): from now on it sees this job. Raises MoveRefused."""
    if not says_something(reason):
        raise MoveRefused("the office needs a reason")
    if not Job.objects.filter(pk=job.pk, office_since__isnull=True).update(office_since=now):
        return
    job.office_since = now
    job_event_add(job=job, code="office", party=Party.DESK, at=now, by=by, reason=reason.strip()[:300])
    audit_record(code="job.office_called", subject=f"job:{job.number}", tenant_id=job.tenant_id, reason=reason.strip())


def _vendor_wanted(job: Job, now: datetime) -> None:
    """A vendor declined, let its time run out or gave the job back: the desk helps the firm to choose another."""
    with tenant_scope(job.tenant_id):
        offers = JobOffer.objects.filter(job_id=job.pk).select_related("vendor")
        last_offer = offers.order_by("-offered_at", "-pk").first()
        facts = {"job": job.pk, "number": job.number, "vendor": last_offer.vendor.name if last_offer else ""}
        attention_open(
            tenant_id=job.tenant_id,
            kind=Attention.Kind.VENDOR_WANTED,
            about=about_row(Job, job.pk),
            facts=facts,
            now=now,
        )


def vendor_request_close(job: Job, now: datetime) -> None:
    """Close the request for a vendor: one is asked or has the job, or none is needed any more. For this room only."""
    with tenant_scope(job.tenant_id):
        attention_settle(
            tenant_id=job.tenant_id, kind=Attention.Kind.VENDOR_WANTED, about=about_row(Job, job.pk), now=now
        )


def _times_fall(job: Job, now: datetime) -> None:
    """Drop all times: the job has no vendor, or is over."""
    with tenant_scope(job.tenant_id):
        rows = Appointment.objects.filter(job_id=job.pk)
        ended = rows.filter(state=AppointmentState.PROPOSED) | rows.filter(
            state=AppointmentState.AGREED, starts_at__gt=now
        )
        ended.update(state=AppointmentState.DROPPED, answered_at=now)


def _withdraw_waiting(job: Job, party: Party, user: User | None, now: datetime) -> None:
    for offer in JobOffer.objects.filter(job_id=job.pk, state=OfferState.WAITING).select_related("vendor"):
        JobOffer.objects.filter(pk=offer.pk).update(state=OfferState.WITHDRAWN, answered_at=now, answered_by=user)
        job_event_add(job=job, code="offer_withdrawn", party=party, at=now, by=user, vendor=_named(offer))
        cancelled_mail_put(job=job, vendor=_named(offer), now=now)


def _named(offer: JobOffer) -> Organisation:
    vendor: Organisation = offer.vendor
    return vendor


def _followed(job: Job, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(job, name, value)


def _incident_begins(job: Job, now: datetime) -> None:
    with tenant_scope(job.tenant_id):
        incident = Incident.objects.get(pk=job.incident_id)
        if incident.state in _NOT_BEGUN:
            incident_move(incident_id=incident.pk, to=IncidentState.RESPONDING, party=Party.RULE, now=now)
