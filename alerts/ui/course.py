"""How a series of alerts went on: day by day as a chart, hour by hour as a list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.core.paginator import Page
from django.utils.translation import gettext

from alerts.models import AlertGroup, AlertSeries
from alerts.selectors import groups_of_series
from alerts.ui.standing import standing_words, watches_of
from alerts.ui.words import Outcome, outcome
from web.chart_data import ChartData, Series
from web.jst import JST
from web.paging import CutPaginator, counted

DAYS: Final = 30
HOURS_PER_PAGE: Final = 10


@dataclass(frozen=True)
class Course:
    """`chart`: the last days, None when all of it lies in one day. `hours`: its notices, newest first; `newest`: the
    one that came after the one that is shown, None when that is the newest."""

    series: AlertSeries
    outcome: Outcome
    standing: Outcome
    chart: ChartData | None
    hours: Page[AlertGroup]
    newest: AlertGroup | None


def course_of(series: AlertSeries, shown: AlertGroup, page: str | None, now: datetime) -> Course:
    """Of the series that `shown` belongs to."""
    groups = groups_of_series(series)
    newest = groups.first()
    return Course(
        series=series,
        outcome=outcome(series),
        standing=standing_words(series, watches_of(series.tenant_id, now), now),
        chart=_chart(series, now),
        hours=CutPaginator(groups, HOURS_PER_PAGE, known=counted(groups)).get_page(page),
        newest=newest if newest is not None and newest.last_at > shown.last_at else None,
    )


def _chart(series: AlertSeries, now: datetime) -> ChartData | None:
    today = _day(now)
    first = today - timedelta(days=DAYS - 1)
    if _day(series.first_at) == _day(series.last_at) or _day(series.last_at) < first:
        return None
    counts, blocked = Counter[date](), Counter[date]()
    since = now - timedelta(days=DAYS)
    rows = groups_of_series(series).filter(last_at__gte=since).values_list("last_at", "alert_count", "blocked_count")
    for at, number, stopped in rows:
        counts[_day(at)] += number
        blocked[_day(at)] += stopped
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return ChartData(
        title=gettext("1日ごとの回数"),
        categories=tuple(f"{day.month}/{day.day}" for day in days),
        series=(
            Series(gettext("止めた"), tuple(float(blocked[day]) for day in days)),
            Series(gettext("止めていない"), tuple(float(counts[day] - blocked[day]) for day in days)),
        ),
        unit=gettext("回"),
        period=gettext("最近%(n)s日間") % {"n": DAYS},
        corner=gettext("日"),
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(JST).date()
