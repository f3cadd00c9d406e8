"""The sweep that asks firms after a job, an incident or a case has ended, and reminds once.

A firm is asked about the vendor first, then about the whole, then about the desk: one mail, not three.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from base.about import about_row
from incidents.models import Case, Incident, Job
from surveys import doors
from surveys.rules import Kind
from surveys.services import feedback_ask, feedback_remind
from tenants.tenancy.scope import tenant_scope

_log = logging.getLogger(__name__)


def feedback_sweep(*, now: datetime) -> int:
    """Ask and remind whatever is due. → mails written."""
    done = _each(doors.ended_jobs(now), _job, now)
    done += _each(doors.ended_incidents(now), _incident, now)
    done += _each(doors.ended_cases(now), _case, now)
    return done + _each(doors.to_remind(now), _remind, now)


def _each(pairs: list[tuple[int, int]], act: Callable[[int, int, datetime], bool], now: datetime) -> int:
    done = 0
    for tenant_id, row_id in pairs:
        try:
            with tenant_scope(tenant_id):
                done += act(tenant_id, row_id, now)
        except Exception:
            _log.exception("%s failed for firm %s, row %s", act.__name__, tenant_id, row_id)
    return done


def _job(tenant_id: int, job_id: int, now: datetime) -> bool:
    job = Job.objects.select_related("vendor").get(pk=job_id)
    request = feedback_ask(
        tenant_id=tenant_id,
        kind=Kind.VENDOR,
        about=about_row(Job, job.pk),
        number=job.number,
        ended_at=job.closed_at or now,
        vendor=job.vendor,
        now=now,
    )
    return request is not None


def _incident(tenant_id: int, incident_id: int, now: datetime) -> bool:
    incident = Incident.objects.get(pk=incident_id)
    request = feedback_ask(
        tenant_id=tenant_id,
        kind=Kind.INCIDENT,
        about=about_row(Incident, incident.pk),
        number=incident.number,
        ended_at=incident.closed_at or now,
        now=now,
    )
    return request is not None


def _case(tenant_id: int, case_id: int, now: datetime) -> bool:
    case = Case.objects.get(pk=case_id)
    request = feedback_ask(
        tenant_id=tenant_id,
        kind=Kind.DESK,
        about=about_row(Case, case.pk),
        number=case.number,
        ended_at=case.closed_at or now,
        now=now,
    )
    return request is not None


def _remind(_tenant_id: int, request_id: int, now: datetime) -> bool:
    return feedback_remind(request_id=request_id, now=now)
