"""A firm's list: one line for the same threat in the same direction on the same device, for however long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alerts.models import AlertGroup, AlertSeries
from alerts.models.alert import Grade
from alerts.selectors import groups_of, series_key, series_of
from alerts.ui.listing import GroupFilter, GroupRow, rows
from alerts.ui.standing import standing_words, watches_of
from alerts.ui.words import Outcome, outcome
from base.identity import search_fold

_HOUR = timedelta(hours=1)
_SINCE = {Grade.LOW: "last_at", Grade.MEDIUM: "medium_at", Grade.HIGH: "high_at"}


class LineFilter(GroupFilter):
    """The filters of a firm's list, all in the address, and words to search."""

    q = forms.CharField(label=_("さがす言葉"), required=False, max_length=80)
    field_order = ("q", "grade", "function", "days")

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.fields["q"].widget.attrs |= {"data-queue-search": True, "placeholder": _("機器、サイト、内容")}

    @property
    def words(self) -> list[str]:
        """What every line must hold, as it is compared."""
        return search_fold(self.chosen("q")).split()

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words was chosen."""
        return any(self.chosen(name) for name in self.fields if name != "q")

    @property
    def has_records(self) -> bool:
        """Whether records are asked for, too: these are in no series."""
        return self.chosen("grade") in ("0", "all")

    def lines(self, series: QuerySet[AlertSeries], now: datetime) -> QuerySet[AlertSeries]:
        """The series that fit, all but the words. Their grade is the highest within the chosen period."""
        since = now - self.period
        series = series.filter(last_hour__gt=since - _HOUR, last_at__gte=since)
        if chosen := self.chosen("grade"):
            series = _of_grade(series, Grade(int(chosen)), since)
        return series.filter(function=self.chosen("function")) if self.chosen("function") else series


def _of_grade(series: QuerySet[AlertSeries], grade: Grade, since: datetime) -> QuerySet[AlertSeries]:
    series = series.filter(**{f"{_SINCE[grade]}__gte": since})
    if grade == Grade.HIGH:
        return series
    graver = _SINCE[Grade(grade + 1)]
    return series.filter(Q(**{f"{graver}__isnull": True}) | Q(**{f"{graver}__lt": since}))


@dataclass(frozen=True)
class Line:
    """A series in words. `row`: the notice the line leads to; `grade`: the highest of the period."""

    series: AlertSeries
    row: GroupRow
    grade: int
    outcome: Outcome
    standing: Outcome

    @property
    def group(self) -> AlertGroup:
        """The notice the line leads to."""
        return self.row.group

    @property
    def was_graver(self) -> bool:
        """Whether that notice is of less importance than one before."""
        return self.row.group.grade < self.grade


def lines(series: Sequence[AlertSeries], now: datetime, since: datetime | None = None) -> list[Line]:
    """The words for series of one firm, in their order; each leads to its newest notice.

    `since`: the period whose highest importance is shown; all time without.
    """
    if not series:
        return []
    newest = groups_of(series[0].tenant_id).filter(pk__in=[each.newest_group for each in series])
    groups = {group.pk: group for group in newest}
    return lines_to([(each, groups[each.newest_group]) for each in series if each.newest_group in groups], now, since)


def lines_with(groups: Sequence[AlertGroup], now: datetime) -> list[Line]:
    """A line for each notice, which leads to it; notices of one firm, each of another series."""
    if not groups:
        return []
    series = series_of(groups[0].tenant_id).filter(
        threat_key__in={group.threat_key for group in groups}, asset_key__in={group.asset_key for group in groups}
    )
    by_key = {tuple(series_key(each).values()): each for each in series}
    return lines_to([(by_key[tuple(series_key(group).values())], group) for group in groups], now)


def lines_to(
    pairs: Sequence[tuple[AlertSeries, AlertGroup]], now: datetime, since: datetime | None = None
) -> list[Line]:
    """Lines of series of one firm, and the notice each leads to."""
    if not pairs:
        return []
    watches = watches_of(pairs[0][0].tenant_id, now)
    return [
        Line(
            series,
            row,
            max(_grade(series, since), row.group.grade),
            outcome(series),
            standing_words(series, watches, now),
        )
        for (series, _group), row in zip(pairs, rows([group for _series, group in pairs]), strict=True)
    ]


def _grade(series: AlertSeries, since: datetime | None) -> int:
    if since is None:
        return series.grade
    for grade in (Grade.HIGH, Grade.MEDIUM):
        at = getattr(series, _SINCE[grade])
        if at is not None and at >= since:
            return grade.value
    return Grade.LOW.value
