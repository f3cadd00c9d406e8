"""The firm's list of alert groups: filters from the address, rows, and how often one kind came before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.db.models import Max, QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alerts.models import AlertGroup
from alerts.models.alert import Function, Grade
from alerts.selectors import groups_of
from alerts.ui.words import Outcome, device_name, headline, outcome, threat
from sensors.devices import names_given

DEFAULT_DAYS = 30


class GroupFilter(forms.Form):
    """Filters of a list of groups, all in the address. What cannot be read counts as not given."""

    grade = forms.ChoiceField(
        label=_("重要度"),
        required=False,
        choices=[
            ("", _("低以上(お知らせの対象)")),
            ("3", _("高(★★★)")),
            ("2", _("中(★★☆)")),
            ("1", _("低(★☆☆)")),
            ("0", _("なし(記録のみ)")),
            ("all", _("すべて")),
        ],
    )
    function = forms.ChoiceField(
        label=_("見つけたしくみ"), required=False, choices=[("", _("すべて")), *Function.choices]
    )
    days = forms.ChoiceField(
        label=_("期間"),
        required=False,
        choices=[("", _("30日間")), ("1", _("24時間")), ("7", _("7日間")), ("90", _("90日間")), ("365", _("1年間"))],
    )

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, auto_id="filter_%s")
        self.is_valid()

    def chosen(self, name: str) -> str:
        """The value of one filter; "" when not given or not understood."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def period(self) -> timedelta:
        """How far back the list goes."""
        return timedelta(days=int(self.chosen("days") or DEFAULT_DAYS))

    @property
    def is_default(self) -> bool:
        """True when nothing was chosen."""
        return not any(self.chosen(name) for name in self.fields)

    def narrow(self, groups: QuerySet[AlertGroup], now: datetime) -> QuerySet[AlertGroup]:
        """The groups that fit."""
        grade, function = self.chosen("grade"), self.chosen("function")
        groups = groups.filter(last_at__gte=now - self.period)
        if not grade:
            groups = groups.filter(grade__gte=Grade.LOW)
        elif grade != "all":
            groups = groups.filter(grade=int(grade))
        return groups.filter(function=function) if function else groups


@dataclass(frozen=True)
class GroupRow:
    """One line of a list of groups."""

    group: AlertGroup
    headline: str
    threat: str
    device: str
    outcome: Outcome


def rows(groups: Iterable[AlertGroup]) -> list[GroupRow]:
    """The words for groups, with the names firms gave to their machines."""
    listed = list(groups)
    names = names_given((group.tenant_id, group.sensor_id, group.asset_mac) for group in listed)
    return [
        GroupRow(
            group,
            headline(group),
            threat(group),
            device_name(group, names.get((group.sensor_id, group.asset_mac), "")),
            outcome(group),
        )
        for group in listed
    ]


@dataclass(frozen=True)
class Before:
    """How often the same thing happened on the same device within a period before a group's hour."""

    days: int
    count: int
    last_at: datetime | None


def happened_before(group: AlertGroup, days: int = DEFAULT_DAYS) -> Before:
    """Earlier groups of the same kind on the same device."""
    earlier = groups_of(group.tenant_id).filter(
        family=group.family,
        function=group.function,
        direction=group.direction,
        asset_key=group.asset_key,
        last_at__gte=group.first_at - timedelta(days=days),
        last_at__lt=group.first_at,
    )
    counted = earlier.order_by().aggregate(count=Sum("alert_count"), last_at=Max("last_at"))
    return Before(days, counted["count"] or 0, counted["last_at"])
