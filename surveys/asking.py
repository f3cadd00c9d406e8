"""The sweep that asks firms after a job, an incident or a case has ended, and reminds once.

A firm is asked about the vendor first, then about the whole, then about the desk: one mail, not three.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from datetime import datetime

from base.about import about_row
from incidents.models import Case, Incident, Job
from surveys import doors
from surveys.rules import Kind
from surveys.services import feedback_ask, feedback_remind
from tenants.tenancy.scope import tenant_scope

_log = logging.getLogger(__name__)


def feedback_sweep(*, now: datetime, firms: Container[int] | None = None) -> int:
    """Ask and remind whatever is due. `firms`: only of these. → mails written."""
    kinds = ((doors.ended_jobs, _job), (doors.ended_incidents, _incident), (doors.ended_cases, _case))
    done = 0
    for waiting, act in (*kinds, (doors.to_remind, _remind)):
        done += _each([row for row in waiting(now) if firms is None or row[0] in firms], act, now)
    return done


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
