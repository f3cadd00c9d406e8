"""Duplicates: two incidents of a firm joined by hand, a detection taken out that does not belong."""

from __future__ import annotations

from datetime import datetime

from alerts.models import AlertGroup
from alerts.soc import group_settle
from alerts.soc_states import SocState
from base.moves import MoveRefused, Party, ReasonMissing
from base.reasons import says_something
from incidents.core.course import locked, state_set
from incidents.core.timeline import event_add
from incidents.models import Incident, IncidentGroup, Job
from incidents.states.incident import IncidentState
from incidents.states.job import JobState
from tenants.audit.record import audit_record
from tenants.models import User

_JOB_ENDED = (JobState.CLOSED, JobState.CANCELLED)


def incident_merge(*, incident_id: int, into_id: int, reason: str, by: User, now: datetime) -> Incident:
    """Join a duplicate to the incident that is kept: its detections move, it is closed, later ones go to the kept.

    Both must be open; of two grades the kept gets the higher. Raises MoveRefused (also while a vendor works on the
    duplicate), ReasonMissing. → the kept one.
    """
    if incident_id == into_id:
        raise MoveRefused("an incident is no duplicate of itself")
    rows = {pk: locked(pk) for pk in sorted((incident_id, into_id))}  # always in one order
    duplicate, kept = rows[incident_id], rows[into_id]
    if duplicate.tenant_id != kept.tenant_id or IncidentState.CLOSED in (duplicate.state, kept.state):
        raise MoveRefused("only open incidents of one firm are joined")
    working = Job.objects.filter(tenant_id=kept.tenant_id, incident=duplicate).exclude(state__in=_JOB_ENDED)
    if working.exists():
        raise MoveRefused("a vendor works on it")
    state_set(duplicate, IncidentState.CLOSED, party=Party.DESK, reason=reason, now=now)
    of_firm = Incident.objects.filter(tenant_id=kept.tenant_id)
    of_firm.filter(merged_into=duplicate).update(merged_into=kept)
    of_firm.filter(pk=duplicate.pk).update(merged_into=kept)
    IncidentGroup.objects.filter(tenant_id=kept.tenant_id, incident=duplicate).update(incident=kept)
    if duplicate.grade > kept.grade:
        # The cover depends on the grade and on who opened the incident: a ★★★ by rule stays one.
        kept.grade, kept.opened_by = duplicate.grade, duplicate.opened_by
        kept.save(update_fields=["grade", "opened_by"])
    why = reason.strip()[:300]
    event_add(incident=duplicate, code="merged", at=now, by=by, into=kept.number, reason=why)
    event_add(incident=kept, code="absorbed", at=now, by=by, number=duplicate.number, reason=why)
    audit_record(
        code="incident.merged",
        subject=f"incident:{duplicate.number}",
        tenant_id=kept.tenant_id,
        into=kept.number,
        reason=why,
    )
    return kept


def group_detach(*, incident_id: int, group_id: int, reason: str, by: User, now: datetime) -> None:
    """Take a detection out of its incident; afterwards it belongs to none. Raises ReasonMissing, MoveRefused."""
    why = reason.strip()[:300]
    if not says_something(why):
        raise ReasonMissing("say why it does not belong")
    incident = locked(incident_id)
    linked = IncidentGroup.objects.filter(tenant_id=incident.tenant_id, incident=incident, group_id=group_id)
    if not linked.update(incident=None):
        raise MoveRefused("it does not belong to this incident")
    group = AlertGroup.objects.get(tenant_id=incident.tenant_id, pk=group_id)
    if group.soc_state == SocState.ESCALATED:  # whoever takes it out has judged it
        group_settle(group=group, state=SocState.JUDGED, by=by, now=now)
    event_add(incident=incident, code="detached", at=now, by=by, group=group_id, reason=why)
    audit_record(
        code="incident.group_detached",
        subject=f"incident:{incident.number}",
        tenant_id=incident.tenant_id,
        group=group_id,
        reason=why,
    )
