"""A firm's month in figures for its home, with a small chart; the figures are those of the monthly report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext

from alerts.figures import DayFigures, NoticeFigures, spells
from reports.months import Month, jst_day, month_of
from web.chart_data import ChartData, Series
from web.templatetags.formats import jst_month


@dataclass(frozen=True)
class MonthFigures:
    """This month until now, and the month before as a whole. `chart` is None while there is nothing to draw."""

    month: date
    now: NoticeFigures
    before: NoticeFigures
    chart: ChartData | None


def month_figures(tenant_id: int, now: datetime) -> MonthFigures:
    """Needs the firm's scope."""
    month = month_of(now)
    before = month_of(month.start - timedelta(days=1))
    earlier, running = spells(tenant_id=tenant_id, times=[(before.start, before.end), (month.start, month.end)])
    return MonthFigures(
        month=month.first,
        now=running.whole,
        before=earlier.whole,
        chart=_chart(month, jst_day(now), running.days) if any(day.seen for day in running.days.values()) else None,
    )


def _chart(month: Month, today: date, days: dict[date, DayFigures]) -> ChartData:
    every = [month.first + timedelta(days=number) for number in range((today - month.first).days + 1)]
    of_days = [days.get(day, DayFigures(day)) for day in every]
    return ChartData(
        title=gettext("1日ごとの通信"),
        categories=tuple(str(day.day) for day in every),
        series=(
            Series(gettext("止めた"), tuple(float(day.blocked) for day in of_days)),
            Series(gettext("記録だけした"), tuple(float(day.seen - day.blocked) for day in of_days)),
        ),
        unit=gettext("回"),
        period=jst_month(month.first),
        corner=gettext("日"),
    )
