"""Named writes of a job's sheet. All need an open scope in which the person may write for the job.

Every write carries a key made by the phone; the same key again gives the same row and changes nothing.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from base.moves import Party, ReasonMissing
from base.reasons import says_something
from base.refusals import Refusal
from incidents.dispatch.services import job_move
from incidents.jobsheet import records
from incidents.jobsheet.doors import job_alert_began
from incidents.jobsheet.worktime import CLOCK_AHEAD, LONGEST, TimeRefused, minutes_between, moment, require_after_alert
from incidents.models import Job, SheetRecord, WorkEntry
from incidents.states.job import JobState
from incidents.states.sheet import WorkKind
from tenants.audit.record import audit_record
from tenants.models import User

OPEN = frozenset({JobState.ACCEPTED, JobState.SCHEDULED, JobState.WORKING})


class SheetClosed(Refusal):
    """The job is not being worked on: nothing is written down any more (or not yet). `state` is the job's."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class KeyTaken(Refusal):
    """This key belongs to something else."""


def job_locked(job_id: int) -> Job:
    """The job under its row lock: what is written down comes one after the other. Raises Job.DoesNotExist."""
    job: Job = Job.objects.select_for_update().get(pk=job_id)
    return job


def open_job(job_id: int) -> Job:
    """The same, while it is worked on. Raises SheetClosed."""
    job = job_locked(job_id)
    if job.state not in OPEN:
        raise SheetClosed(job.state)
    return job


def work_start(
    *,
    job_id: int,
    key: uuid.UUID,
    kind: str,
    way: str = "",
    by: User,
    now: datetime,
    phone_time: datetime | None = None,
) -> WorkEntry:
    """Start a timer; the person's running one on this job stops at the same moment. The first begins the job.

    `phone_time`: when it began, by the phone's clock. Raises TimeRefused, SheetClosed.
    """
    job, known = _job_and_row(WorkEntry, job_id, key)
    if isinstance(known, WorkEntry):
        return known
    at = moment(phone_time, now)
    running = _running(job, by)
    if running is not None and running.kind == kind:
        return running  # pressed twice
    if running is not None:
        at = max(at, running.started_at)
        _stop(running, at)
    _begin(job, by, now)
    entry: WorkEntry = WorkEntry.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        key=key,
        by=by,
        entered_at=now,
        kind=WorkKind(kind),
        way=way or job.way,
        source=WorkEntry.Source.TIMER,
        started_at=at,
    )
    return entry


def work_stop(*, job_id: int, by: User, now: datetime, phone_time: datetime | None = None) -> WorkEntry | None:
    """Stop the person's running timer; None when none runs. Raises TimeRefused when it ran longer than can be."""
    running = _running(open_job(job_id), by)
    if running is not None:
        _stop(running, moment(phone_time, now))
    return running


def work_add(
    *,
    job_id: int,
    key: uuid.UUID,
    kind: str,
    way: str = "",
    started_at: datetime,
    minutes: int,
    note: str = "",
    by: User,
    now: datetime,
) -> WorkEntry:
    """Write down time by hand. Raises TimeRefused, SheetClosed."""
    job, known = _job_and_row(WorkEntry, job_id, key)
    if isinstance(known, WorkEntry):
        return known
    require_after_alert(started_at, job_alert_began(job_id), note)
    _begin(job, by, now)
    return _by_hand(job, key, kind, way or job.way, started_at, minutes, note, by, now)


def work_correct(
    *,
    job_id: int,
    key: uuid.UUID,
    entry_id: int,
    kind: str,
    started_at: datetime | None = None,
    minutes: int,
    reason: str,
    by: User,
    now: datetime,
) -> WorkEntry:
    """Replace an entry by a corrected one; 0 minutes strike it out. The old one stays to be read.

    Raises ReasonMissing, TimeRefused, SheetClosed.
    """
    job, known = _job_and_row(WorkEntry, job_id, key)
    if isinstance(known, WorkEntry):
        return known
    if not says_something(reason):
        raise ReasonMissing("say why")
    old: WorkEntry = WorkEntry.objects.get(pk=entry_id, job_id=job_id, stopped_at__isnull=False)
    made = _by_hand(
        job, key, kind, old.way, started_at or old.started_at, minutes, old.note, by, now, old, reason.strip()[:300]
    )
    audit_record(
        code="job.time_corrected",
        subject=f"job:{job.number}",
        tenant_id=job.tenant_id,
        before=old.minutes,
        after=minutes,
        kind_before=old.kind,
        kind_after=kind,
        reason=made.reason,
    )
    return made


def _by_hand(
    job: Job,
    key: uuid.UUID,
    kind: str,
    way: str,
    started_at: datetime,
    minutes: int,
    note: str,
    by: User,
    now: datetime,
    corrects: WorkEntry | None = None,
    reason: str = "",
) -> WorkEntry:
    stopped_at = moment(started_at, now) + timedelta(minutes=minutes)
    if minutes < 0 or (minutes == 0 and corrects is None):
        raise TimeRefused("backwards")
    if stopped_at - started_at > LONGEST:
        raise TimeRefused("long")
    if stopped_at > now + CLOCK_AHEAD:
        raise TimeRefused("ahead")
    entry: WorkEntry = WorkEntry.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        key=key,
        by=by,
        entered_at=now,
        kind=WorkKind(kind),
        way=way,
        source=WorkEntry.Source.HAND,
        started_at=started_at,
        stopped_at=stopped_at,
        minutes=minutes,
        note=note.strip()[:500],
        corrects=corrects,
        reason=reason,
    )
    return entry


def record_add(
    *, job_id: int, key: uuid.UUID, record: records.Record, by: User, now: datetime, phone_time: datetime | None = None
) -> SheetRecord:
    """Write down a step, a ticked item, a find, a scan's answer, an installation's result. Raises SheetClosed."""
    job, known = _job_and_row(SheetRecord, job_id, key)
    if isinstance(known, SheetRecord):
        return known
    return _record(job, key, record, moment(phone_time, now), by, now)


def record_correct(
    *, job_id: int, key: uuid.UUID, record_id: int, record: records.Record | None, reason: str, by: User, now: datetime
) -> SheetRecord:
    """Replace a record, or strike it out (None). The old one stays to be read. Raises ReasonMissing, SheetClosed."""
    job, known = _job_and_row(SheetRecord, job_id, key)
    if isinstance(known, SheetRecord):
        return known
    if not says_something(reason):
        raise ReasonMissing("say why")
    old: SheetRecord = SheetRecord.objects.get(pk=record_id, job_id=job_id)
    kept = record or records.from_data(old.kind, old.data)
    return _record(job, key, kept, old.at, by, now, old, reason.strip()[:300], record is None)


def _record(
    job: Job,
    key: uuid.UUID,
    record: records.Record,
    at: datetime,
    by: User,
    now: datetime,
    corrects: SheetRecord | None = None,
    reason: str = "",
    void: bool = False,
) -> SheetRecord:
    made: SheetRecord = SheetRecord.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        key=key,
        by=by,
        entered_at=now,
        at=at,
        kind=records.KINDS[type(record)],
        data=records.to_data(record),
        corrects=corrects,
        reason=reason,
        void=void,
    )
    return made


def _job_and_row(model: Any, job_id: int, key: uuid.UUID) -> tuple[Job, Any]:
    """The job, open, and None; or the job and what was made with this key before, whatever became of the job since.

    Raises SheetClosed, and KeyTaken when the key belongs to another job.
    """
    job = job_locked(job_id)
    row = model.objects.filter(tenant_id=job.tenant_id, key=key).first()
    if row is not None and row.job_id != job.pk:
        raise KeyTaken(str(key))
    if row is None and job.state not in OPEN:
        raise SheetClosed(job.state)
    return job, row


def _running(job: Job, by: User) -> WorkEntry | None:
    entry: WorkEntry | None = WorkEntry.objects.filter(job=job, by=by, stopped_at__isnull=True).first()
    return entry


def _stop(running: WorkEntry, at: datetime) -> None:
    running.minutes = minutes_between(running.started_at, at)
    running.stopped_at = at
    running.save(update_fields=["stopped_at", "minutes"])


def _begin(job: Job, by: User, now: datetime) -> None:
    if job.state != JobState.WORKING:
        job_move(job=job, to=JobState.WORKING, by=Party.VENDOR, user=by, now=now)
