"""The desk's queue: what waits over all firms, the most urgent first. The database keeps order and cuts pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from base.numbers import number_in
from incidents.core.ui.incident_words import kinds_named
from incidents.desk.finding import Search, cases_matching, incidents_matching, search_of, tasks_matching
from incidents.desk.selectors import calls_ringing, incidents_without_task, open_cases, open_tasks
from incidents.desk.ui.case_words import topics_named
from incidents.models import Case, Contact, DeskTask, Incident
from incidents.states.case import OPEN_STATES, CaseState
from incidents.states.task import TaskState
from tenants.models import Organisation, User
from web import paging
from web.addresses import published

SIZE = 50
MOST_RINGING = 10
# The fields of a line that change how it looks.
TASK_MARKS = ("pk", "state", "taken_by_id", "importance", "due_at")
CASE_MARKS = ("pk", "version", "due_at")
CALL_MARKS = ("pk", "agent_id")
OF_TASK = ("tenant", "incident", "attention", "taken_by")
OF_CASE = ("tenant", "assignee")
# Value of ?show= → words of the tab.
SHOWN: dict[str, Any] = {
    "": gettext_lazy("すべて"),
    "open": gettext_lazy("未着手"),
    "mine": gettext_lazy("自分の担当"),
    "late": gettext_lazy("目標を過ぎたもの"),
}
CASE_TONES = {"new": "attention", "working": "info", "waiting": "neutral", "escalated": "info", "solved": "safe"}


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue: a task, a case, or an open incident that has no open task."""

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
    def firm_name(self) -> str:
        """The firm's name; for callers whose firm is not known, words that say so."""
        return self.firm.name if self.firm.kind == Organisation.Kind.SME else gettext("会社が未確認")

    @property
    def firm_phone(self) -> str:
        """The firm's number; the office's is not the caller's."""
        return self.firm.phone if self.firm.kind == Organisation.Kind.SME else ""


@dataclass(frozen=True)
class Counts:
    """How much waits. Of tasks, of cases and of incidents at most web.paging.MOST_COUNTED are counted."""

    total: int
    unbegun: int
    mine: int
    late: int
    urgent: int

    def of(self, show: str) -> int:
        """The figure of a tab."""
        return {"open": self.unbegun, "mine": self.mine, "late": self.late}.get(show, self.total)


@dataclass(frozen=True)
class Place:
    """Where a page of the queue begins: behind this line. As words in an address: `words`, `read`."""

    part: int  # 0: tasks and cases, 1: incidents that are only watched
    importance: int
    at: datetime
    kind: int
    pk: int

    @property
    def words(self) -> str:
        """For ?after=."""
        return f"{self.part}.{self.importance}.{self.at.timestamp():.6f}.{self.kind}.{self.pk}"

    @classmethod
    def read(cls, words: str, zone: Any) -> Place | None:
        """None when the words are no place."""
        parts = words.replace(".", " ").split()
        numbers = [number for part in parts if (number := number_in(part)) is not None]
        if len(parts) != 6 or len(numbers) != 6:
            return None
        part, importance, seconds, fraction, kind, pk = numbers
        try:
            at = datetime.fromtimestamp(seconds, zone) + timedelta(microseconds=fraction)
        except (ValueError, OverflowError, OSError):
            return None
        return cls(part, importance, at, kind, pk) if pk < 2**63 and importance < 2**15 else None


@dataclass(frozen=True)
class Filters:
    """What the person wants to see: a tab, words or a number to find, a page."""

    user: User
    now: datetime
    show: str = ""
    search: str = ""
    after: Place | None = None

    @cached_property
    def search_read(self) -> Search:
        """What the search is for, with the firms it names."""
        return replace(search_of(self.search), standing="open", most=paging.MOST_COUNTED)

    def narrow(self, rows: QuerySet[Any], matching: Callable[..., Q], named: Callable[[str], list[str]]) -> Any:
        """Of these rows those the search finds: `matching` says where it looks, `named` which names it may mean."""
        return rows.filter(matching(self.search_read, named(self.search))) if self.search else rows


@dataclass(frozen=True)
class Page:
    """At most SIZE lines, where the next page begins (None: this is the last), the calls that ring, the stamp."""

    rows: list[QueueRow]
    more: Place | None
    calls: list[Contact]
    seen: str


def page(filters: Filters) -> Page:
    """Lines by importance and then target; incidents that run on with nothing to do stand behind everything else."""
    placed: list[tuple[tuple[Any, ...], Place, QueueRow]] = []
    # Related rows are read only for the lines shown: a join would read them for everything that waits before sorting.
    tasks = list(_behind(_tasks(filters), filters.after, 0).prefetch_related(*OF_TASK)[: SIZE + 1])
    cases = list(_behind(_cases(filters), filters.after, 1).prefetch_related(*OF_CASE)[: SIZE + 1])
    calls = list(calls_ringing(filters.now)[:MOST_RINGING])
    for task in tasks:
        place = Place(0, task.importance, task.due_at, 0, task.pk)
        placed.append((_order(place), place, _task_row(task, filters)))
    for case in cases:
        place = Place(0, case.importance, case.due_at, 1, case.pk)
        placed.append((_order(place), place, case_row(case, filters.user, filters.now)))
    if len(placed) <= SIZE and filters.show == "":
        for incident in _watched_behind(filters).prefetch_related("tenant")[: SIZE + 1 - len(placed)]:
            place = Place(1, incident.grade, incident.opened_at, 2, incident.pk)
            placed.append((_order(place), place, _incident_row(incident, filters.now)))
    placed.sort(key=lambda row: row[0])
    marks = [
        [tuple(getattr(row, name) for name in names) for row in rows]
        for rows, names in ((tasks, TASK_MARKS), (cases, CASE_MARKS), (calls, CALL_MARKS))
    ]
    more = placed[SIZE - 1][1] if len(placed) > SIZE else None
    return Page([row for _order_, _place, row in placed[:SIZE]], more, calls, _hashed(marks))


def _order(place: Place) -> tuple[Any, ...]:
    return (place.part, -place.importance, place.at, place.kind, place.pk)


def counts(filters: Filters) -> Counts:
    """Figures of the tabs, over what the search finds."""
    every = replace(filters, show="", after=None)
    every.__dict__["search_read"] = filters.search_read
    tasks = _added(_tasks(every), filters, Q(taken_by__isnull=True), Q(taken_by=filters.user))
    cases = _added(_cases(every), filters, Q(state=CaseState.NEW), Q(assignee=filters.user))
    total = tasks["total"] + cases["total"]
    return Counts(
        # Who has more than is counted to do is not told how many incidents stand behind that.
        total=total if paging.is_cut(total) else total + paging.counted(_watched_behind(every)),
        unbegun=tasks["unbegun"] + cases["unbegun"],
        mine=tasks["mine"] + cases["mine"],
        late=tasks["late"] + cases["late"],
        urgent=tasks["urgent"] + cases["urgent"],
    )


def _added(rows: QuerySet[Any], filters: Filters, unbegun: Q, mine: Q) -> dict[str, int]:
    """All figures from one read of the most urgent rows; of more rows, each figure that these did not fill, anew."""
    parts = {"unbegun": unbegun, "mine": mine, "late": Q(due_at__lt=filters.now), "urgent": Q(importance=3)}
    figures: dict[str, int] = rows[: paging.MOST_COUNTED].aggregate(
        total=Count("pk"), **{name: Count("pk", filter=part) for name, part in parts.items()}
    )
    if paging.is_cut(figures["total"]):
        # The first rows are those of the highest importance: all urgent ones are among them.
        missing = [name for name in parts if name != "urgent" and not paging.is_cut(figures[name])]
        figures |= {name: paging.counted(rows.filter(parts[name])) for name in missing}
    return figures


def stamp(filters: Filters) -> str:
    """Changes when a line of this page comes, goes or changes: what an open page asks for every few seconds."""
    tasks = _behind(_tasks(filters), filters.after, 0).values_list(*TASK_MARKS)[: SIZE + 1]
    cases = _behind(_cases(filters), filters.after, 1).values_list(*CASE_MARKS)[: SIZE + 1]
    calls = calls_ringing(filters.now).values_list(*CALL_MARKS)[:MOST_RINGING]
    return _hashed([list(rows) for rows in (tasks, cases, calls)])


def _hashed(marks: list[list[Any]]) -> str:
    return hashlib.sha256(repr(marks).encode()).hexdigest()[:16]


def _tasks(filters: Filters) -> QuerySet[DeskTask]:
    tasks = filters.narrow(open_tasks(), tasks_matching, kinds_named)
    return _matching(tasks, filters, begun=Q(taken_by__isnull=True), mine=Q(taken_by=filters.user))


def _cases(filters: Filters) -> QuerySet[Case]:
    cases = filters.narrow(open_cases(), cases_matching, topics_named)
    return _matching(cases, filters, begun=Q(state=CaseState.NEW), mine=Q(assignee=filters.user))


def _matching(rows: QuerySet[Any], filters: Filters, *, begun: Q, mine: Q) -> QuerySet[Any]:
    tabs = {"open": begun, "mine": mine, "late": Q(due_at__lt=filters.now)}
    return rows.filter(tabs.get(filters.show, Q())).order_by("-importance", "due_at", "pk")


def _behind(rows: QuerySet[Any], after: Place | None, kind: int) -> QuerySet[Any]:
    if after is None:
        return rows
    if after.part:
        return rows.none()
    same = Q(importance=after.importance, due_at=after.at)
    tie = same if kind > after.kind else same & Q(pk__gt=after.pk) if kind == after.kind else Q(pk__in=[])
    return rows.filter(
        # The first condition is what the index can use.
        Q(importance__lte=after.importance),
        Q(importance__lt=after.importance) | Q(importance=after.importance, due_at__gt=after.at) | tie,
    )


def _watched_behind(filters: Filters) -> QuerySet[Incident]:
    """Incidents of the visible firms that run on though their task is done."""
    running: QuerySet[Incident] = filters.narrow(incidents_without_task(), incidents_matching, kinds_named)
    if filters.after is not None and filters.after.part == 1:
        place = filters.after
        running = running.filter(
            Q(grade__lt=place.importance)
            | Q(grade=place.importance, opened_at__gt=place.at)
            | Q(grade=place.importance, opened_at=place.at, pk__gt=place.pk)
        )
    return running.order_by("-grade", "opened_at", "pk")


def task_words(task: DeskTask) -> tuple[str, str]:
    """What is to be done, and about what."""
    if task.attention is not None:
        return str(task.attention.get_kind_display()), attention_detail(task.attention.kind, task.attention.facts)
    about = (
        gettext("%(number)s番 %(kind)s") % {"number": task.incident.number, "kind": task.incident.get_kind_display()}
        if task.incident
        else ""
    )
    return str(task.get_kind_display()), about


def attention_detail(kind: str, facts: dict[str, Any]) -> str:
    """What is known about a request to look, in a few words."""
    named_facts = {"call_me": ("who", "number", "when", "about"), "response_wish": ("headline", "why", "who")}
    if kind in named_facts:
        values = [str(facts.get(name, "")) for name in named_facts[kind]]
        return " / ".join(word for word in values if word)
    if kind == "incident_unread":
        return gettext("インシデント %(number)s番。電話でお知らせする") % {"number": facts.get("number", "")}
    if kind in {"box_silent", "install_stalled", "clock_wrong", "disk_full", "protection_off"}:
        return str(facts.get("name", ""))
    if kind == "claim_returned":
        return gettext("保険の請求 %(number)s番(%(yen)s円)") % {
            "number": facts.get("number", ""),
            "yen": f"{facts.get('yen', 0):,}",
        }
    if kind == "vendor_wanted":
        return gettext("作業 %(number)s番。%(vendor)sには頼めなかった") % {
            "number": facts.get("number", ""),
            "vendor": facts.get("vendor", ""),
        }
    if kind == "mail_failed":
        return str(facts.get("to", ""))
    return ""


def task_outcome(task: DeskTask) -> str:
    """What came of a finished task, as a person wrote it or by itself."""
    if task.outcome == "settled":
        return gettext("理由がなくなったので、自動で完了しました。")
    return gettext("同じ検知は起きませんでした。") if task.outcome == "stopped" else task.outcome


def task_state(task: DeskTask) -> tuple[str, str]:
    """Word and tone of a task's state."""
    tones = {TaskState.OPEN: "danger", TaskState.TAKEN: "info", TaskState.DONE: "safe"}
    return str(task.get_state_display()), tones[TaskState(task.state)]


def _task_row(task: DeskTask, filters: Filters) -> QueueRow:
    what, detail = task_words(task)
    state, tone = task_state(task)
    return QueueRow(
        key=f"task-{task.tenant_id}-{task.pk}",
        href=reverse(published("staff_task"), args=[task.tenant_id, task.pk]),
        firm=task.tenant,
        importance=task.importance,
        what=what,
        detail=detail,
        opened_at=task.opened_at,
        due_at=task.due_at,
        late=task.due_at < filters.now,
        left=abs(task.due_at - filters.now),
        state=state,
        tone=tone if task.taken_by else "attention",
        who=str(task.taken_by) if task.taken_by else "",
        mine=task.taken_by_id == filters.user.pk,
    )


def case_row(case: Case, user: User, now: datetime) -> QueueRow:
    """A case as a line."""
    kind = case.get_category_display() if case.category else gettext("種類は未定")
    return QueueRow(
        key=f"case-{case.tenant_id}-{case.pk}",
        href=reverse("desk:case", args=[case.tenant_id, case.pk]),
        firm=case.tenant,
        importance=case.importance,
        what=case.title,
        detail=gettext("相談 %(number)s番 %(kind)s") % {"number": case.number, "kind": kind},
        opened_at=case.opened_at,
        due_at=case.due_at,
        late=case.due_at < now and case.state in OPEN_STATES,
        left=abs(case.due_at - now),
        state=str(case.get_state_display()),
        tone=CASE_TONES.get(case.state, "neutral"),
        who=str(case.assignee) if case.assignee else "",
        mine=case.assignee_id == user.pk,
    )


def _incident_row(incident: Incident, now: datetime) -> QueueRow:
    # Its target was met when the task was done: the line only waits to be closed and is never late.
    return QueueRow(
        key=f"incident-{incident.tenant_id}-{incident.pk}",
        href=reverse(published("staff_incident"), args=[incident.tenant_id, incident.number]),
        firm=incident.tenant,
        importance=incident.grade,
        what=gettext("%(number)s番 %(kind)s") % {"number": incident.number, "kind": incident.get_kind_display()},
        detail=gettext("終了するまで見守る"),
        opened_at=incident.opened_at,
        due_at=now,
        late=False,
        left=now - incident.opened_at,
        state=str(incident.get_state_display()),
        tone="info",
        who=str(incident.get_state_display()),
        mine=False,
    )


def firms_of(rows: Iterable[QueueRow]) -> set[int]:
    """The firms whose data a page of the queue shows."""
    return {row.firm.pk for row in rows if row.firm.kind == Organisation.Kind.SME}
