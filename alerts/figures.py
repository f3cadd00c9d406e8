"""A firm's figures of a time, from one source for home page, list, report and mail.

Two measures, each with its own word: *traffic* (通信, in 回) is every single alert; a *notice* (お知らせ, in
件) is a group: one kind of thing on one device in one clock hour, as it is mailed and judged. Both are added up by day
(Japan's) as groups are written (alerts.models.NoticeDay), so they cost the same for a quiet firm and a noisy one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum

from alerts.models import AlertGroup, NoticeDay
from alerts.models.alert import Grade, Notify
from web.jst import JST


@dataclass(frozen=True)
class NoticeFigures:
    """`seen`, `blocked`: single alerts. `mailed`: notices that are mailed. `grades`: notices by grade 0–3.

    `mailed_by`: (function, direction) → notices that are mailed.
    """

    seen: int
    blocked: int
    mailed: int
    grades: tuple[int, int, int, int]
    mailed_by: Mapping[tuple[str, str], int]

    @property
    def look(self) -> int:
        """Notices of ★★ and more."""
        return self.grades[Grade.MEDIUM] + self.grades[Grade.HIGH]


@dataclass(frozen=True)
class DayFigures:
    """One day: single alerts, how many of them were blocked, and notices of ★★ and more."""

    day: date
    seen: int = 0
    blocked: int = 0
    look: int = 0


def notice_figures(*, tenant_id: int, start: datetime, end: datetime | None = None) -> NoticeFigures:
    """The figures from the day (JST) of `start` until `end`, which is outside; without `end` until now.

    A notice counts where its last alert lies.
    """
    keys = ("function", "direction", "grade")
    days = _days(tenant_id, start, _midnight(end) if end is not None else None)
    rows = list(days.values_list(*keys).annotate(Sum("notices"), Sum("alerts"), Sum("blocked"), Sum("mailed")))
    if end is not None and _midnight(end) < end:  # a month that is closed before it is over
        begun = AlertGroup.objects.filter(tenant_id=tenant_id, last_at__gte=_midnight(end), last_at__lt=end).order_by()
        mail = Count("pk", filter=~Q(notify=Notify.NONE))
        rows += begun.values_list(*keys).annotate(Count("pk"), Sum("alert_count"), Sum("blocked_count"), mailed=mail)
    return _figures(rows)


def _figures(rows: Iterable[tuple[str, str, int, int, int, int, int]]) -> NoticeFigures:
    """Of (function, direction, grade, notices, alerts, blocked, mailed)."""
    grades: Counter[int] = Counter()
    mailed_by: Counter[tuple[str, str]] = Counter()
    seen = blocked = 0
    for function, direction, grade, notices, alerts, stopped, mailed in rows:
        grades[grade] += notices
        mailed_by[function, direction] += mailed
        seen, blocked = seen + alerts, blocked + stopped
    counts = (grades[0], grades[1], grades[2], grades[3])
    return NoticeFigures(
        seen, blocked, mailed_by.total(), counts, {key: count for key, count in mailed_by.items() if count}
    )


@dataclass(frozen=True)
class Spell:
    """Whole days (JST), `end` outside, with their figures together and day by day."""

    whole: NoticeFigures
    days: dict[date, DayFigures]


def spells(*, tenant_id: int, times: Sequence[tuple[datetime, datetime]]) -> list[Spell]:
    """notice_figures and day_figures of several times of whole days, the earliest first, in one read."""
    rows = _days(tenant_id, times[0][0], times[-1][1])
    held = list(rows.values_list("day", "function", "direction", "grade", "notices", "alerts", "blocked", "mailed"))
    answer = []
    for start, end in times:
        first, after = start.astimezone(JST).date(), end.astimezone(JST).date()
        own = [row for row in held if first <= row[0] < after]
        by_day = [(day, grade, alerts, blocked, n) for day, _f, _d, grade, n, alerts, blocked, _m in own]
        answer.append(Spell(_figures(row[1:] for row in own), _by_day(by_day)))
    return answer


def day_figures(*, tenant_id: int, start: datetime, end: datetime | None = None) -> dict[date, DayFigures]:
    """The same by day, for whole days; days without an alert are left out."""
    rows = (
        _days(tenant_id, start, end).values_list("day", "grade").annotate(Sum("alerts"), Sum("blocked"), Sum("notices"))
    )
    return _by_day(rows)


def _by_day(rows: Iterable[tuple[date, int, int, int, int]]) -> dict[date, DayFigures]:
    """Of (day, grade, alerts, blocked, notices)."""
    figures: dict[date, DayFigures] = {}
    for day, grade, alerts, blocked, notices in rows:
        so_far = figures.get(day, DayFigures(day))
        look = notices if grade >= Grade.MEDIUM else 0
        figures[day] = DayFigures(day, so_far.seen + alerts, so_far.blocked + blocked, so_far.look + look)
    return figures


def _days(tenant_id: int, start: datetime, end: datetime | None) -> QuerySet[NoticeDay]:
    rows = NoticeDay.objects.filter(tenant_id=tenant_id, day__gte=start.astimezone(JST).date())
    if end is not None:
        rows = rows.filter(day__lt=end.astimezone(JST).date())
    return rows.order_by()


def _midnight(moment: datetime) -> datetime:
    """When its day (JST) began."""
    return moment.astimezone(JST).replace(hour=0, minute=0, second=0, microsecond=0)
