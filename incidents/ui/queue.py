"""The desk's queue: what waits over all firms, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from incidents.models import DeskTask, Incident
from incidents.rules import TARGETS, IncidentState, TaskState, attention_importance
from tenants.identity import search_fold
from tenants.models import Organisation, User

MOST = 200
# Value of ?show= → words of the tab.
SHOWN: dict[str, Any] = {
    "": gettext_lazy("すべて"),
    "open": gettext_lazy("未着手"),
    "mine": gettext_lazy("自分の担当"),
    "late": gettext_lazy("目標を過ぎたもの"),
}


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue: a task, or an open incident that has no open task."""

    key: str
    href: str
    firm: Organisation
    importance: int
    what: str
    detail: str
    opened_at: datetime
    due_at: datetime
    late: bool
    left: timedelta
    state: str
    tone: str
    who: str
    mine: bool

    @property
    def waits(self) -> bool:
        """True when nobody has begun."""
        return not self.who


def rows(*, user: User, now: datetime, search: str = "") -> list[QueueRow]:
    """At most 200 lines, by importance and then by target time. `search` is part of a firm's name or its phone."""
    tasks = [_task_row(task, user, now) for task in _search(open_tasks(), search)[:MOST]]
    cases = [_case_row(case, now) for case in _search(cases_without_task(), search)[:MOST]]
    return sorted(tasks + cases, key=lambda row: (-row.importance, row.due_at))[:MOST]


def shown(lines: Iterable[QueueRow], show: str) -> list[QueueRow]:
    """The lines of one tab."""
    tests = {
        "open": lambda row: row.waits,
        "mine": lambda row: row.mine,
        "late": lambda row: row.late,
    }
    test = tests.get(show)
    return [row for row in lines if test is None or test(row)]


def open_tasks() -> QuerySet[DeskTask]:
    """Tasks of the visible firms that are not done."""
    tasks: QuerySet[DeskTask] = DeskTask.objects.filter(done_at__isnull=True).order_by("due_at")
    return tasks.select_related("tenant", "incident", "attention", "taken_by")


def cases_without_task() -> QuerySet[Incident]:
    """Incidents of the visible firms that run on though their task is done."""
    waiting = DeskTask.objects.filter(tenant_id=OuterRef("tenant_id"), incident_id=OuterRef("pk"), done_at__isnull=True)
    running: QuerySet[Incident] = Incident.objects.exclude(state=IncidentState.CLOSED).exclude(Exists(waiting))
    return running.select_related("tenant").order_by("opened_at")


def _search(found: QuerySet[Any], search: str) -> QuerySet[Any]:
    if not search:
        return found
    return found.filter(Q(tenant__search_name__contains=search_fold(search)) | Q(tenant__phone__contains=search))


def task_importance(task: DeskTask) -> int:
    """0 to 3: of its incident, or of the request to look."""
    if task.incident is not None:
        return task.incident.grade
    if task.attention is not None:
        return attention_importance(task.attention.kind, task.attention.facts)
    return 0


def task_words(task: DeskTask) -> tuple[str, str]:
    """What is to be done, and about what."""
    if task.attention is not None:
        return str(task.attention.get_kind_display()), str(task.get_kind_display())
    about = (
        gettext("%(number)s番 %(kind)s") % {"number": task.incident.number, "kind": task.incident.get_kind_display()}
        if task.incident
        else ""
    )
    return str(task.get_kind_display()), about


def task_state(task: DeskTask) -> tuple[str, str]:
    """Word and tone of a task's state."""
    tones = {TaskState.OPEN: "danger", TaskState.TAKEN: "info", TaskState.DONE: "safe"}
    return str(task.get_state_display()), tones[TaskState(task.state)]


def _task_row(task: DeskTask, user: User, now: datetime) -> QueueRow:
    what, detail = task_words(task)
    state, tone = task_state(task)
    return QueueRow(
        key=f"task-{task.tenant_id}-{task.pk}",
        href=reverse("desk:task", args=[task.tenant_id, task.pk]),
        firm=task.tenant,
        importance=task_importance(task),
        what=what,
        detail=detail,
        opened_at=task.opened_at,
        due_at=task.due_at,
        late=task.due_at < now,
        left=abs(task.due_at - now),
        state=state,
        tone=tone if task.taken_by else "attention",
        who=str(task.taken_by) if task.taken_by else "",
        mine=task.taken_by_id == user.pk,
    )


def _case_row(case: Incident, now: datetime) -> QueueRow:
    # Its target was met when the task was done: it is here to be closed, never late.
    due = case.opened_at + TARGETS[case.grade]
    return QueueRow(
        key=f"case-{case.tenant_id}-{case.pk}",
        href=reverse("desk:incident", args=[case.tenant_id, case.number]),
        firm=case.tenant,
        importance=case.grade,
        what=gettext("%(number)s番 %(kind)s") % {"number": case.number, "kind": case.get_kind_display()},
        detail=gettext("終了するまで見守る"),
        opened_at=case.opened_at,
        due_at=max(due, now),
        late=False,
        left=now - case.opened_at,
        state=str(case.get_state_display()),
        tone="info",
        who=str(case.get_state_display()),
        mine=False,
    )
