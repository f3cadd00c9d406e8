"""The firm's choice between remote help and a visit, written down with exactly what it was shown (OSK 3.4.3, N4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from base.moves import MoveRefused, Party
from base.refusals import Refusal
from incidents.dispatch.presence import presence_carry
from incidents.dispatch.services import JobExists, job_lock, job_request
from incidents.dispatch.timeline import job_event_add
from incidents.models import Decision, Incident, Job
from incidents.states.incident import IncidentState
from incidents.states.job import JobState
from tenants.audit.record import audit_record
from tenants.models import User

# The way may change as long as the work goes on: remote first, then on site.
CHANGEABLE = frozenset({JobState.REQUESTED, JobState.OFFERED, JobState.ACCEPTED, JobState.SCHEDULED, JobState.WORKING})


class SheetIncomplete(Refusal):
    """A choice counts only when remote help and a visit were both shown (IPA: remote only is not enough)."""


class SheetChanged(Refusal):
    """What would be shown now is not what the person read."""


class NobodySaidIt(Refusal):
    """The desk recorded a choice made on the phone without the name of the person who made it."""


def sheet_sha256(sheet: Mapping[str, Any]) -> str:
    """SHA-256 of the sheet as JSON with sorted keys, no spaces, UTF-8."""
    text = json.dumps(sheet, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def open_job(incident: Incident) -> Job | None:
    """The job of the incident that is not over."""
    jobs = Job.objects.filter(tenant_id=incident.tenant_id, incident=incident)
    job: Job | None = jobs.exclude(state__in=(JobState.CLOSED, JobState.CANCELLED)).first()
    return job


def decision_record(
    *,
    incident: Incident,
    way: str,
    sheet: dict[str, Any],
    read_sha256: str,
    channel: str,
    said_by: str,
    by: User,
    now: datetime,
    wish: str = "",
) -> Decision:
    """Write the choice down; the first one asks for the job, a later one changes its way.

    Saying the same again, however often the button is pressed and whoever says it, is no other choice: what was stored
    first is given back, and only a new wish is kept.
    `sheet`: what is shown now, `read_sha256`: of what the person had before their eyes. Raises SheetIncomplete,
    SheetChanged, NobodySaidIt, MoveRefused when the work is reported or the incident closed.
    """
    if {option.get("way") for option in sheet.get("options", ())} != set(Job.Way.values):
        raise SheetIncomplete
    shown = sheet_sha256(sheet)
    if shown != read_sha256:
        raise SheetChanged
    if not said_by.strip():
        raise NobodySaidIt
    if incident.state == IncidentState.CLOSED:
        raise MoveRefused("the incident is closed")
    party = Party.DESK if channel == Decision.Channel.PHONE else Party.FIRM
    job = _job(incident, Job.Way(way), wish, by, now, party)
    last: Decision | None = Decision.objects.filter(tenant_id=incident.tenant_id, job=job).order_by("at", "pk").last()
    if last is not None and last.way == way:
        return last
    decision: Decision = Decision.objects.create(
        tenant_id=incident.tenant_id,
        job=job,
        incident=incident,
        way=job.way,
        channel=Decision.Channel(channel),
        said_by=said_by.strip()[:100],
        at=now,
        by=by,
        shown=sheet,
        shown_sha256=shown,
    )
    job_event_add(
        job=job,
        code="decided",
        party=party,
        at=now,
        by=by,
        way=job.way,
        channel=decision.channel,
        said_by=decision.said_by,
    )
    audit_record(
        code="job.decided",
        subject=f"job:{job.number}",
        tenant_id=job.tenant_id,
        way=job.way,
        said_by=decision.said_by,
        sha256=shown,
    )
    presence_carry(job=job, by=by, now=now)
    return decision


def _job(incident: Incident, way: str, wish: str, by: User, now: datetime, party: Party) -> Job:
    job = open_job(incident)
    if job is None:
        try:
            return job_request(
                tenant_id=incident.tenant_id,
                kind=Job.Kind.FIRST_RESPONSE,
                way=way,
                incident=incident,
                wish=wish,
                by=by,
                now=now,
                party=party,
            )
        except JobExists as pressed_before:
            job = pressed_before.job
    if job_lock(job).state not in CHANGEABLE:
        raise MoveRefused("the work has been reported")
    Job.objects.filter(pk=job.pk).update(way=way, **({"wish": wish.strip()[:500]} if wish.strip() else {}))
    job.way = way
    return job
