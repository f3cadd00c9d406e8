"""A firm's figures of a period, from one source for home page, list, report and mail.

Two measures, each with its own word: *traffic* (通信, in 回) is every single alert; a *notice* (お知らせ, in
件) is a group: one kind of thing on one device in one clock hour, as it is listed, mailed and judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from alerts.models import AlertGroup
from alerts.models.alert import Grade, Notify


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


def notice_figures(*, tenant_id: int, start: datetime, end: datetime | None = None) -> NoticeFigures:
    """The figures of [start, end); without `end` until now. A notice counts where its last alert lies."""
    groups = AlertGroup.objects.filter(tenant_id=tenant_id, last_at__gte=start)
    if end is not None:
        groups = groups.filter(last_at__lt=end)
    rows = (
        groups.order_by()
        .values_list("function", "direction", "grade")
        .annotate(
            notices=Count("pk"),
            alerts_seen=Sum("alert_count"),
            stopped=Sum("blocked_count"),
            mailed=Count("pk", filter=~Q(notify=Notify.NONE)),
        )
    )
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
