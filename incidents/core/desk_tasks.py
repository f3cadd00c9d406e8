"""Named writes of desk tasks. All need an open scope that sees the firm."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from base.moves import Party, require_move
from base.refusals import Refusal
from incidents.core.receipts import receipt_record
from incidents.core.rules import attention_importance
from incidents.core.targets import desk_due
from incidents.core.timeline import event_add
from incidents.models import DeskTask, IncidentReceipt
from incidents.states.task import TASK_MOVES, TaskState
from notifications.models import Attention
from tenants.audit.record import audit_record
from tenants.models import User


class TaskTaken(Refusal):
    """Somebody else is working on it. `by` is that person (None: finished)."""

    def __init__(self, by: User | None) -> None:
        super().__init__(str(by) if by else "done")
        self.by = by


def attention_task_open(*, attention: Attention, now: datetime) -> DeskTask:
    """Give a request to look to the desk."""
    importance = attention_importance(attention.kind, attention.facts)
    task: DeskTask = DeskTask.objects.create(
        tenant_id=attention.tenant_id,
        kind=DeskTask.Kind.ATTENTION,
        attention=attention,
        importance=importance,
        opened_at=now,
        due_at=desk_due(tenant_id=attention.tenant_id, importance=importance, at=now),
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
    task = _locked(task_id)
    _require_own(task, by)
    _task_move(task, TaskState.DONE, taken_by=by, done_at=now, outcome=outcome.strip()[:300])
    if task.incident is not None:
        event_add(incident=task.incident, code="task_done", at=now, by=by, outcome=task.outcome)
        receipt_record(incident=task.incident, how=IncidentReceipt.How.CALL, by=by, now=now)
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
    require_move(TASK_MOVES, old, to, party=Party.DESK, reason=str(fields.get("outcome", "")))
    for name, value in {"state": to, **fields}.items():
        setattr(task, name, value)
    task.save(update_fields=["state", *fields])
    audit_record(
        code="task.moved", subject=f"task:{task.pk}", tenant_id=task.tenant_id, old=old, to=to, outcome=task.outcome
    )
    return task
