"""A firm's list of notices: one line for what is the same over hours and days; filters, words, open questions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from alerts.figures import notice_figures
from alerts.models import AlertGroup
from alerts.selectors import groups_of, series_of
from alerts.tuning.doors import tunings_of_firm
from alerts.ui.line_search import MOST_SEARCHED, groups_searched, series_searched
from alerts.ui.lines import LineFilter, lines, lines_with
from alerts.ui.listing import DEFAULT_DAYS, rows
from alerts.ui.unexamined import unexamined_shown
from incidents.core.questions import open_series
from portal.ui.notice_states import with_states
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.paging import CutPaginator, at_least, counted

LINES_PER_PAGE = 20


@require_safe
@open_to(Kind.SME)
def alert_list(request: ActingRequest) -> HttpResponse:
    """Lines of the last 30 days that were worth a notice; filters widen and narrow.

    `open=1`: what nobody answered or judged yet, however old.
    """
    tenant_id, now = request.acting.organisation.pk, timezone.now()
    chosen, questions = LineFilter(request.GET), open_series(tenant_id)
    only_open = request.GET.get("open") == "1"
    number = request.GET.get("page")
    if only_open:
        context = _open_page(questions, number, now)
    elif chosen.has_records:
        context = _records(tenant_id, chosen, number, now)
    else:
        context = _lines(tenant_id, chosen, number, now)
    context |= {
        "filter": chosen,
        "only_open": only_open,
        "tabs": _tabs(only_open, len(questions)),
        "since": now - chosen.period,
        "tunings": [row for row in tunings_of_firm(tenant_id) if not row.ended],
    }
    if not only_open:
        context["unexamined"] = unexamined_shown(tenant_id=tenant_id, since=now - chosen.period)
    if chosen.is_default and not only_open:
        context["figures"] = notice_figures(tenant_id=tenant_id, start=now - timedelta(days=DEFAULT_DAYS - 1))
    return render(request, "portal/alerts.html", context)


def _tabs(only_open: bool, questions: int) -> list[dict[str, Any]]:
    """Everything, and what still waits for an answer."""
    every = reverse("portal:alerts")
    return [
        {"label": gettext("すべて"), "href": every, "current": not only_open, "count": None},
        {"label": gettext("確認待ち"), "href": f"{every}?open=1", "current": only_open, "count": questions},
    ]


def _open_page(questions: list[AlertGroup], number: str | None, now: datetime) -> dict[str, Any]:
    page: Page[AlertGroup] = CutPaginator(questions, LINES_PER_PAGE).get_page(number)
    return {"page": page, "rows": with_states(lines_with(list(page), now))}


def _lines(tenant_id: int, chosen: LineFilter, number: str | None, now: datetime) -> dict[str, Any]:
    series = chosen.lines(series_of(tenant_id), now)
    if chosen.words:
        fitting, cut = series_searched(series, chosen.words)
        page, about = _page(CutPaginator(fitting, LINES_PER_PAGE), number, cut=cut)
    else:
        page, about = _page(CutPaginator(series, LINES_PER_PAGE, known=counted(series)), number)
    return about | {"rows": with_states(lines(list(page), now, now - chosen.period))}


def _records(tenant_id: int, chosen: LineFilter, number: str | None, now: datetime) -> dict[str, Any]:
    """Hour by hour: nobody has to do anything about records, and there are very many."""
    groups = chosen.narrow(groups_of(tenant_id), now)
    if chosen.words:
        fitting, cut = groups_searched(groups, chosen.words)
        page, about = _page(CutPaginator(fitting, LINES_PER_PAGE), number, cut=cut)
    else:
        page, about = _page(CutPaginator(groups, LINES_PER_PAGE, known=counted(groups)), number)
    return about | {"groups": rows(page)}


def _page(paginator: CutPaginator, number: str | None, *, cut: bool = False) -> tuple[Page[Any], dict[str, Any]]:
    """A page of a list, and what the list says of itself. `cut`: a search for words left the oldest out."""
    page = paginator.get_page(number)
    return page, {"page": page, "count": at_least(paginator.count), "searched": MOST_SEARCHED if cut else 0}
