"""Named writes of incidents and desk tasks. All need an open scope that sees the firm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from alerts.models import AlertGroup
from incidents.doors import lock_numbers
from incidents.mails import incident_mail_put
from incidents.models import DeskTask, Incident, IncidentEvent, IncidentGroup
from incidents.rules import (
    INCIDENT_MOVES,
    TARGETS,
    TASK_MOVES,
    IncidentState,
    MoveRefused,
    TaskState,
    attention_importance,
    require_move,
)
from notifications.models import Attention
from tenants.models import User
from tenants.services import audit_record

TASK_KINDS = {
    Incident.Kind.MALWARE_SUSPECTED: DeskTask.Kind.FIRST_RESPONSE,
    Incident.Kind.ANTIVIRUS_UNRESOLVED: DeskTask.Kind.ANTIVIRUS_UNRESOLVED,
}


class TaskTaken(Exception):
    """Somebody else is working on it. `by` is that person (None: finished)."""

    def __init__(self, by: User | None) -> None:
        super().__init__(str(by) if by else "done")
        self.by = by


class ReasonMissing(ValueError):
    """A person must say why."""


def incident_open_or_join(*, group: AlertGroup, kind: str, opened_by: str, grade: int, now: datetime) -> Incident:
    """Open an incident for a group, or add the group to the open one of the same kind, family and device.

    Opening writes the timeline, a desk task with its target time and, for ★★★ by rule, the mail at once. An open one
    of lower importance, which an analyst opened, rises: the firm is told at once then.
    """
    lock_numbers(group.tenant_id)
    same = Incident.objects.filter(tenant_id=group.tenant_id, kind=kind, family=group.family, asset_key=group.asset_key)
    known: Incident | None = same.exclude(state=IncidentState.CLOSED).select_for_update().first()
    if known is not None:
        incident_group_join(incident=known, group=group, now=now)
        if grade > known.grade:
            _raise(known, group, opened_by, grade, now)
        return known
    previous = same.order_by("-number").first()
    incident = _open(group, kind, opened_by, grade, now)
    event_add(incident=incident, code="opened", at=now, group=group.pk, count=group.alert_count)
    if previous is not None:
        event_add(incident=incident, code="recurred", at=now, previous=previous.number)
    _tell_at_once(incident, group, now)
    return incident


def _tell_at_once(incident: Incident, group: AlertGroup, now: datetime) -> None:
    if incident.grade == max(TARGETS):
        incident_mail_put(incident=incident, group=group)
        event_add(incident=incident, code="mailed", at=now)


def _raise(incident: Incident, group: AlertGroup, opened_by: str, grade: int, now: datetime) -> None:
    """The rules now say what the analyst suspected: it counts as opened by them, also for the insurance."""
    before = incident.opened_by
    incident.grade, incident.opened_by = grade, opened_by
    incident.save(update_fields=["grade", "opened_by"])
    event_add(incident=incident, code="rose", at=now, group=group.pk, grade=grade)
    due = now + TARGETS[grade]
    DeskTask.objects.filter(
        tenant_id=incident.tenant_id, incident=incident, done_at__isnull=True, due_at__gt=due
    ).update(due_at=due)
    _task_ensure(incident, now)
    audit_record(
        code="incident.rose",
        subject=f"incident:{incident.number}",
        tenant_id=incident.tenant_id,
        grade=grade,
        opened_by_before=before,
        group=group.pk,
    )
    _tell_at_once(incident, group, now)


def incident_open_by_analyst(*, group: AlertGroup, reason: str, by: User, now: datetime) -> Incident:
    """An analyst judges that a group needs first response although no rule said so (OSK 3.4.3). Never insured by rule.

    Raises ReasonMissing, or MoveRefused when the group belongs to an incident already.
    """
    if not reason.strip():
        raise ReasonMissing("an incident opened by hand needs a reason")
    lock_numbers(group.tenant_id)
    kind = Incident.Kind.MALWARE_SUSPECTED
    same = Incident.objects.filter(tenant_id=group.tenant_id, kind=kind, family=group.family, asset_key=group.asset_key)
    if (
        IncidentGroup.objects.filter(tenant_id=group.tenant_id, group=group).exists()
        or same.exclude(state=IncidentState.CLOSED).exists()
    ):
        raise MoveRefused("the group belongs to an incident already")
    AlertGroup.objects.filter(pk=group.pk, triaged_at__isnull=True).update(triaged_at=now)
    incident = _open(group, kind, Incident.OpenedBy.ANALYST, group.grade, now, reason=reason.strip()[:300])
    event_add(incident=incident, code="escalated", at=now, by=by, reason=incident.opened_reason, group=group.pk)
    return incident


def _open(group: AlertGroup, kind: str, opened_by: str, grade: int, now: datetime, reason: str = "") -> Incident:
    highest = Incident.objects.filter(tenant_id=group.tenant_id).aggregate(Max("number"))["number__max"] or 0
    incident: Incident = Incident.objects.create(
        tenant_id=group.tenant_id,
        number=highest + 1,
        kind=kind,
        opened_by=opened_by,
        opened_reason=reason,
        grade=grade,
        family=group.family,
        asset_key=group.asset_key,
        opened_at=now,
    )
    IncidentGroup.objects.create(tenant_id=group.tenant_id, incident=incident, group=group)
    _task_ensure(incident, now)
    audit_record(
        code="incident.opened",
        subject=f"incident:{incident.number}",
        tenant_id=group.tenant_id,
        kind=kind,
        opened_by=opened_by,
        group=group.pk,
        reason=reason,
    )
    return incident


def incident_group_join(*, incident: Incident, group: AlertGroup, now: datetime) -> None:
    """Add a group to an open incident: a line on the timeline, no second mail."""
    IncidentGroup.objects.get_or_create(tenant_id=group.tenant_id, group=group, defaults={"incident": incident})
    event_add(incident=incident, code="joined", at=now, group=group.pk, count=group.alert_count)
    if incident.state == IncidentState.WATCHING:
        _task_ensure(incident, now)  # it was thought to be over


def _task_ensure(incident: Incident, now: datetime) -> None:
    DeskTask.objects.get_or_create(
        tenant_id=incident.tenant_id,
        incident=incident,
        kind=TASK_KINDS[Incident.Kind(incident.kind)],
        done_at=None,
        defaults={"opened_at": now, "due_at": now + TARGETS[incident.grade]},
    )


def event_add(*, incident: Incident, code: str, at: datetime, by: User | None = None, **data: Any) -> None:
    """Add a line to the timeline (words: incidents.wording)."""
    IncidentEvent.objects.create(tenant_id=incident.tenant_id, incident=incident, at=at, code=code, actor=by, data=data)


def incident_move(*, incident_id: int, to: str, by: User, now: datetime, note: str = "") -> Incident:
    """Move an incident to another state; closing it finishes its open tasks. Raises MoveRefused."""
    incident: Incident = Incident.objects.select_for_update().get(pk=incident_id)
    old = incident.state
    require_move(INCIDENT_MOVES, old, to)
    incident.state = to
    incident.closed_at = now if to == IncidentState.CLOSED else None
    incident.save(update_fields=["state", "closed_at"])
    event_add(incident=incident, code="moved", at=now, by=by, old=old, to=to, note=note[:300])
    if to == IncidentState.CLOSED:
        open_tasks = DeskTask.objects.filter(tenant_id=incident.tenant_id, incident=incident, done_at__isnull=True)
        open_tasks.update(state=TaskState.DONE, done_at=now, outcome=note[:300])
    audit_record(
        code="incident.moved",
        subject=f"incident:{incident.number}",
        tenant_id=incident.tenant_id,
        old=old,
        to=to,
        note=note[:300],
    )
    return incident


def attention_task_open(*, attention: Attention, now: datetime) -> DeskTask:
    """Give a request to look to the desk."""
    target: timedelta = TARGETS[attention_importance(attention.kind, attention.facts)]
    task: DeskTask = DeskTask.objects.create(
        tenant_id=attention.tenant_id,
        kind=DeskTask.Kind.ATTENTION,
        attention=attention,
        opened_at=now,
        due_at=now + target,
    )
    return task


def desk_task_take(*, task_id: int, by: User) -> DeskTask:
    """Take a task to work on; taking one's own again changes nothing. Raises TaskTaken when another has it."""
    task = _locked(task_id)
    if task.state == TaskState.TAKEN and task.taken_by_id == by.pk:
        return task
    if task.state != TaskState.OPEN:
        raise TaskTaken(task.taken_by if task.state == TaskState.TAKEN else None)
    return _task_move(task, TaskState.TAKEN, taken_by=by)


def desk_task_release(*, task_id: int, by: User) -> DeskTask:
    """Give a task back. Raises TaskTaken when another has it, MoveRefused when it is not taken."""
    task = _locked(task_id)
    _require_own(task, by)
    return _task_move(task, TaskState.OPEN, taken_by=None)


def desk_task_finish(*, task_id: int, by: User, outcome: str, now: datetime) -> DeskTask:
    """Finish a task with what came of it. Raises ReasonMissing without an outcome, TaskTaken when another has it."""
    if not outcome.strip():
        raise ReasonMissing("say what came of it")
    task = _locked(task_id)
    _require_own(task, by)
    _task_move(task, TaskState.DONE, taken_by=by, done_at=now, outcome=outcome.strip()[:300])
    if task.incident is not None:
        event_add(incident=task.incident, code="task_done", at=now, by=by, outcome=task.outcome)
    return task


def desk_task_settle(*, tenant_id: int, task_id: int, now: datetime) -> bool:
    """Finish an untaken task whose reason has gone by itself. → False when somebody took it meanwhile."""
    rows = DeskTask.objects.filter(tenant_id=tenant_id, pk=task_id, state=TaskState.OPEN)
    return rows.update(state=TaskState.DONE, done_at=now, outcome="settled") > 0


def _locked(task_id: int) -> DeskTask:
    task: DeskTask = DeskTask.objects.select_for_update(of=("self",)).get(pk=task_id)
    return task


def _require_own(task: DeskTask, by: User) -> None:
    if task.state == TaskState.TAKEN and task.taken_by_id != by.pk:
        raise TaskTaken(task.taken_by)


def _task_move(task: DeskTask, to: str, **fields: Any) -> DeskTask:
    old = task.state
    require_move(TASK_MOVES, old, to)
    for name, value in {"state": to, **fields}.items():
        setattr(task, name, value)
    task.save(update_fields=["state", *fields])
    audit_record(
        code="task.moved", subject=f"task:{task.pk}", tenant_id=task.tenant_id, old=old, to=to, outcome=task.outcome
    )
    return task
