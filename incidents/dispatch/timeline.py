"""Lines of a job's course. What concerns an incident stands in the incident's timeline too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from base.moves import Party
from incidents.core.timeline import event_add
from incidents.models import Incident, Job, JobEvent
from tenants.models import Organisation, User
from tenants.tenancy.scope import tenant_scope

# Steps that another line reports already: asking, the answer, the agreed time.
REPORTED_ELSEWHERE = frozenset({("requested", "offered"), ("offered", "requested"), ("accepted", "scheduled")})


def is_news(code: str, data: dict[str, Any]) -> bool:
    """Whether the line says something that no other line says."""
    return code != "moved" or (str(data.get("old")), str(data.get("to"))) not in REPORTED_ELSEWHERE


def job_event_add(
    *, job: Job, code: str, party: Party, at: datetime, by: User | None, vendor: Organisation | None = None, **data: Any
) -> None:
    """Add a line, whoever acts: writing it down is work of the firm's own background. `data` is shown to the firm.

    `vendor`: whom the line is about; that vendor may read it while it has the job.
    """
    with tenant_scope(job.tenant_id):
        JobEvent.objects.create(
            tenant_id=job.tenant_id, job_id=job.pk, at=at, code=code, party=party, actor=by, vendor=vendor, data=data
        )
        if job.incident_id is not None and is_news(code, data):
            # The person who acts may not see the incident, so it is None on the job that was read for them.
            incident = Incident.objects.get(pk=job.incident_id)
            name = {"vendor": vendor.name} if vendor is not None else {}
            event_add(incident=incident, code=f"job_{code}", at=at, by=by, number=job.number, **name, **data)
