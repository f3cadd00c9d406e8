"""A firm's figures of a time, from one source for home page, list, report and mail.

Two measures, each with its own word: *traffic* (通信, in 回) is every single alert; a *notice* (お知らせ, in
件) is a group: one kind of thing on one device in one clock hour, as it is mailed and judged. Both are added up by day
(Japan's) as groups are written (alerts.models.NoticeDay), so they cost the same for a quiet firm and a noisy one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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


def day_figures(*, tenant_id: int, start: datetime, end: datetime | None = None) -> dict[date, DayFigures]:
    """The same by day, for whole days; days without an alert are left out."""
    figures: dict[date, DayFigures] = {}
    rows = (
        _days(tenant_id, start, end).values_list("day", "grade").annotate(Sum("alerts"), Sum("blocked"), Sum("notices"))
    )
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
