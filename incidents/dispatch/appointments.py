"""Named writes of times: proposed by either side, agreed by the other, moved, taken back; questions before a visit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from base.moves import MoveRefused, Party, require_move
from base.refusals import Refusal
from incidents.dispatch.mails import appointment_mail_put
from incidents.dispatch.services import job_lock, job_move
from incidents.dispatch.timeline import job_event_add
from incidents.dispatch.visits import LONGEST_VISIT, Answer, Question, open_questions
from incidents.models import Appointment, Job, JobEvent, VisitCheck
from incidents.states.appointment import APPOINTMENT_MOVES, AppointmentState
from incidents.states.job import JobState
from tenants.audit.record import audit_record
from tenants.models import Organisation, User

BEFORE_VENDOR = frozenset({JobState.REQUESTED, JobState.OFFERED})
WITH_VENDOR = frozenset({JobState.ACCEPTED, JobState.SCHEDULED, JobState.WORKING})
AHEAD = timedelta(days=180)
MOST_OPEN = 6


class TimeWrong(Refusal):
    """Past, too far ahead, too long, or too many proposals wait. `code`: which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OwnProposal(Refusal):
    """The other side agrees to a time, not the one that proposed it."""


class QuestionsOpen(Refusal):
    """Before a visit is agreed these must be answered so that it can take place."""

    def __init__(self, questions: list[Question]) -> None:
        super().__init__(", ".join(questions))
        self.questions = questions


def appointment_propose(
    *, job: Job, starts_at: datetime, minutes: int, side: Party, by: User, now: datetime
) -> Appointment:
    """Propose a time for one side; the firm may name wishes before a vendor is found. Raises TimeWrong, MoveRefused.

    The desk and the office propose for the firm or for the vendor they have on the phone.
    """
    locked = job_lock(job)
    if locked.state not in (WITH_VENDOR | BEFORE_VENDOR if side == Party.FIRM else WITH_VENDOR):
        raise MoveRefused("no times are being agreed")
    if not now < starts_at < now + AHEAD:
        raise TimeWrong("past" if starts_at <= now else "far")
    if not timedelta(minutes=15) <= timedelta(minutes=minutes) <= LONGEST_VISIT:
        raise TimeWrong("long")
    waiting = Appointment.objects.filter(job_id=job.pk, state=AppointmentState.PROPOSED)
    same: Appointment | None = waiting.filter(starts_at=starts_at, side=side).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_OPEN:
        raise TimeWrong("many")
    made: Appointment = Appointment.objects.create(
        tenant_id=locked.tenant_id,
        job=job,
        vendor=locked.vendor,
        way=locked.way,
        starts_at=starts_at,
        minutes=minutes,
        side=Party(side),
        proposed_at=now,
        proposed_by=by,
    )
    job_event_add(
        job=locked,
        code="time_proposed",
        party=side,
        at=now,
        by=by,
        vendor=locked.vendor,
        starts_at=starts_at.isoformat(),
    )
    if locked.state in WITH_VENDOR:
        appointment_mail_put(job=locked, appointment=made, news="proposed")
    return made


def appointment_agree(*, appointment_id: int, side: Party, by: User, now: datetime) -> Appointment:
    """Agree to the other side's time: it replaces an agreed one that is still to come, other proposals fall away.

    Raises OwnProposal, QuestionsOpen, MoveRefused, TimeWrong for a time gone by.
    """
    appointment, job = _both(appointment_id)
    if job.state not in WITH_VENDOR:
        raise MoveRefused("no vendor has taken the job")
    if appointment.side == side:
        raise OwnProposal
    if appointment.starts_at <= now:
        raise TimeWrong("past")
    require_move(APPOINTMENT_MOVES, appointment.state, AppointmentState.AGREED, party=side)
    if questions := open_questions(job.kind, answers_of(job), on_site=job.way == Job.Way.ON_SITE):
        raise QuestionsOpen(questions)
    before = _agreed_ahead(job, now).first()
    _others_fall(job, appointment, by, now)
    Appointment.objects.filter(pk=appointment.pk).update(
        state=AppointmentState.AGREED,
        vendor_id=job.vendor_id,
        answered_at=now,
        answered_by=by,
        **({"uid": before.uid, "sequence": before.sequence + 1} if before else {}),
    )
    appointment.refresh_from_db()
    job_event_add(
        job=job,
        code="time_agreed",
        party=side,
        at=now,
        by=by,
        vendor=job.vendor,
        starts_at=appointment.starts_at.isoformat(),
    )
    audit_record(
        code="job.time_agreed",
        subject=f"job:{job.number}",
        tenant_id=job.tenant_id,
        starts_at=appointment.starts_at.isoformat(),
    )
    if job.state == JobState.ACCEPTED:
        job_move(job=job, to=JobState.SCHEDULED, by=side, user=by, now=now)
    appointment_mail_put(job=job, appointment=appointment, news="agreed")
    return appointment


def appointment_refuse(*, appointment_id: int, side: Party, by: User, now: datetime, reason: str = "") -> Appointment:
    """The proposed time does not suit; who proposed it takes it back the same way. Raises MoveRefused."""
    appointment, job = _both(appointment_id)
    to = AppointmentState.DROPPED if appointment.side == side else AppointmentState.REFUSED
    require_move(APPOINTMENT_MOVES, appointment.state, to, party=side, reason=reason)
    if appointment.state != AppointmentState.PROPOSED:
        raise MoveRefused("an agreed time is taken back, with a reason")
    _set(appointment, to, by, now, reason)
    code = "time_refused" if to == AppointmentState.REFUSED else "time_dropped"
    job_event_add(
        job=job,
        code=code,
        party=side,
        at=now,
        by=by,
        vendor=job.vendor,
        starts_at=appointment.starts_at.isoformat(),
        reason=reason.strip()[:300],
    )
    return appointment


def appointment_drop(*, appointment_id: int, side: Party, by: User, now: datetime, reason: str) -> Appointment:
    """Take an agreed time back; a new one has to be found. Raises MoveRefused, ReasonMissing."""
    appointment, job = _both(appointment_id)
    require_move(APPOINTMENT_MOVES, appointment.state, AppointmentState.DROPPED, party=side, reason=reason)
    _set(appointment, AppointmentState.DROPPED, by, now, reason)
    job_event_add(
        job=job,
        code="time_dropped",
        party=side,
        at=now,
        by=by,
        vendor=job.vendor,
        starts_at=appointment.starts_at.isoformat(),
        reason=reason.strip()[:300],
    )
    if job.state == JobState.SCHEDULED:
        job_move(job=job, to=JobState.ACCEPTED, by=side, user=by, now=now, reason=reason)
    appointment_mail_put(job=job, appointment=appointment, news="dropped")
    return appointment


def visit_check_record(*, job: Job, answers: dict[str, str], note: str, by: User, now: datetime) -> VisitCheck:
    """Answers to the questions before a visit; anybody of the firm, the desk, the vendor may give them."""
    given = {Question(key).value: Answer(value).value for key, value in answers.items()}
    made: VisitCheck = VisitCheck.objects.create(
        tenant_id=job.tenant_id, job=job, answers=given, note=note.strip()[:300], at=now, by=by
    )
    job_event_add(job=job, code="checked", party=Party.FIRM, at=now, by=by, vendor=_vendor(job), answers=given)
    return made


def visit_check_of(job: Job) -> VisitCheck | None:
    """The newest answers to the questions before a visit, with who gave them."""
    check: VisitCheck | None = (
        VisitCheck.objects.filter(job_id=job.pk).select_related("by").order_by("-at", "-pk").first()
    )
    return check


def answers_of(job: Job) -> dict[str, str]:
    """The newest answers."""
    newest = visit_check_of(job)
    return dict(newest.answers) if newest else {}


def times_taken_back(job: Job, now: datetime) -> list[Appointment]:
    """Agreed times to come that were taken back and not moved: they still stand in people's calendars."""
    agreed = JobEvent.objects.filter(job_id=job.pk, code="time_agreed").values_list("data", flat=True)
    agreed_at = {str(data.get("starts_at", "")) for data in agreed}
    rows = Appointment.objects.filter(job_id=job.pk, starts_at__gt=now, vendor__isnull=False)
    standing = {row.uid for row in rows if row.state == AppointmentState.AGREED}
    return [
        row
        for row in rows
        if row.state == AppointmentState.DROPPED and row.starts_at.isoformat() in agreed_at and row.uid not in standing
    ]


def _both(appointment_id: int) -> tuple[Appointment, Job]:
    """The appointment as it is under the job's lock. Raises Appointment.DoesNotExist."""
    unlocked: Appointment = Appointment.objects.get(pk=appointment_id)
    job = job_lock(Job(pk=unlocked.job_id, tenant_id=unlocked.tenant_id))
    return Appointment.objects.get(pk=appointment_id), job


def _agreed_ahead(job: Job, now: datetime) -> QuerySet[Appointment]:
    rows: QuerySet[Appointment] = Appointment.objects.filter(
        job_id=job.pk, state=AppointmentState.AGREED, starts_at__gt=now
    )
    return rows.order_by("-answered_at")


def _others_fall(job: Job, chosen: Appointment, by: User, now: datetime) -> None:
    rows = Appointment.objects.filter(job_id=job.pk).exclude(pk=chosen.pk)
    for state, ahead in ((AppointmentState.PROPOSED, {}), (AppointmentState.AGREED, {"starts_at__gt": now})):
        rows.filter(state=state, **ahead).update(state=AppointmentState.DROPPED, answered_at=now, answered_by=by)


def _set(appointment: Appointment, to: AppointmentState, by: User, now: datetime, reason: str) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(
        state=to, answered_at=now, answered_by=by, reason=reason.strip()[:300]
    )
    appointment.state = to


def _vendor(job: Job) -> Organisation | None:
    return job_lock(job).vendor
