"""Whether the machine that an incident is about is there: recorded before a visit is agreed (OSK 5.3.3).

In a case of 2020 a vendor set out after seven days for a tablet that was in the house next door.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from incidents.core.selectors import incident_groups
from incidents.dispatch.appointments import answers_of, visit_check_of, visit_check_record
from incidents.dispatch.visits import Question
from incidents.models import Incident, IncidentGroup, Job
from incidents.states.job import JobState
from sensors.device_answers import presence_answered
from sensors.models import Device
from sensors.which_machine import presence_of
from tenants.models import User

OVER = (JobState.CLOSED, JobState.CANCELLED, JobState.REPORTED, JobState.SIGNED)


def presence_of_incident(incident: Incident) -> str | None:
    """What was answered of the incident's machines since each was first detected (sensors.which_machine.presence_of).

    None also when no machine's number is known.
    """
    seen = incident_groups(incident).exclude(asset_mac="").order_by().values_list("asset_mac")
    first_seen = dict(seen.annotate(first_at=Min("first_at")))
    answers = presence_answered(tenant_id=incident.tenant_id, macs=first_seen)
    return presence_of(
        [
            answer.answer if (answer := answers.get(mac)) is not None and answer.at >= first_at else None
            for mac, first_at in first_seen.items()
        ]
    )


def presence_carry(*, job: Job, by: User, now: datetime) -> None:
    """What was answered of the incident's machines stands among the job's answers, where its vendor reads it too."""
    if job.kind != Job.Kind.FIRST_RESPONSE or job.incident is None:
        return
    present = presence_of_incident(job.incident)
    answers = answers_of(job)
    if present is None or answers.get(Question.PRESENT) == present:
        return
    check = visit_check_of(job)
    note = check.note if check else ""
    visit_check_record(job=job, answers={**answers, Question.PRESENT.value: present}, note=note, by=by, now=now)


def machine_answered(*, device: Device, by: User, now: datetime) -> None:
    """An answer about a machine was written down: the open jobs of incidents about it learn whether it is there."""
    about = IncidentGroup.objects.filter(tenant_id=device.tenant_id, group__asset_mac=device.mac)
    jobs = Job.objects.filter(
        tenant_id=device.tenant_id, kind=Job.Kind.FIRST_RESPONSE, incident_id__in=about.values("incident_id")
    )
    for job in jobs.exclude(state__in=OVER).select_related("incident"):
        presence_carry(job=job, by=by, now=now)
