"""What does not stand in the desk's queue: lists of what is over or waits elsewhere, finding it all, saving it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from alerts.saved_filters import Place
from alerts.ui.saved_filters import filter_kept, saved_filters
from base.spreadsheet import Cell
from base.spreadsheet_stream import table_stream
from incidents.desk.finding import Search, search_of
from incidents.desk.period import Period, period_read
from incidents.desk.ui import records
from incidents.desk.ui.record_columns import Table, record_header, record_lines
from portal.ui.desk_record_lists import (
    HISTORIES,
    LISTS,
    LONG,
    SHORT,
    count_of,
    found_elsewhere,
    most_of,
    page_of,
    short_lines,
)
from tenants.models import Organisation
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read

ALL = "all"
FORMS = ("csv", "xlsx")
# Lines of one file. Who needs more saves shorter periods, which the file says at its end.
MOST_SAVED = 10_000


@dataclass(frozen=True)
class Query:
    """What the address asks for: one of LISTS or ALL, words, days. `kept`: words and days for another address."""

    chosen: str
    search: Search
    period: Period
    kept: dict[str, str]

    def address(self, chosen: str) -> str:
        """The same words and days for another list."""
        return urlencode({"list": chosen, **self.kept})


def _query_of(request: ActingRequest) -> Query:
    search = search_of(request.GET.get("q", "")[:80])
    period = period_read(request.GET.get("from", ""), request.GET.get("until", ""))
    chosen = request.GET.get("list", "")
    if chosen not in LISTS:
        chosen = ALL if search.words else next(iter(LISTS))
    days = {"from": period.first, "until": period.last}
    kept = {"q": search.words} | {name: day.isoformat() if day else "" for name, day in days.items()}
    return Query(chosen, search, period, {name: value for name, value in kept.items() if value})


@require_safe
@open_to(Kind.CALL_CENTRE)
def desk_records(request: ActingRequest) -> HttpResponse:
    """One list, or over everything what the words in `q` find."""
    query, now = _query_of(request), timezone.now()
    counts = {key: count_of(key, query.search, query.period) for key in LISTS}
    if query.chosen == ALL:
        parts, page = [*records.everything(query.search), *found_elsewhere(query.search, now)], None
    else:
        known = counts[query.chosen]
        page, lines = page_of(query.chosen, query.search, query.period, known, request.GET.get("page"), now)
        parts = [(str(LISTS[query.chosen]), lines)]
    firms = _firms(line.firm for _heading, lines in parts for line in lines)
    partner_read(request, code="records.viewed", subject="records", tenant_ids=firms, list=query.chosen)
    context = {
        "search": query.search.words,
        "period": query.period,
        "parts": [(heading, lines) for heading, lines in parts if lines],
        "page": page,
        "chosen": query.chosen,
        "has_days": query.chosen in HISTORIES,
        "saved_query": urlencode(query.kept),
        "most_saved": MOST_SAVED,
        "tabs": _tabs(query, counts),
        "saved": saved_filters(request, Place.RECORDS, "staff:records", "staff:record_filters"),
    }
    return render(request, "staff/records.html", context)


def _firms(shown: Iterator[Organisation]) -> set[int]:
    return {firm.pk for firm in shown if firm.kind == Organisation.Kind.SME}


def _tabs(query: Query, counts: dict[str, int | None]) -> list[dict[str, Any]]:
    tabs = [
        {
            "label": label,
            "href": f"?{query.address(key)}",
            "current": key == query.chosen,
            "count": (count := counts[key]),
            "more": count is not None and count >= most_of(query.search),
        }
        for key, label in LISTS.items()
    ]
    if query.search.words:
        everything = {"label": gettext("すべてから"), "href": f"?{query.address(ALL)}", "count": None}
        tabs.insert(0, everything | {"current": query.chosen == ALL})
    return tabs


@require_POST
@open_to(Kind.CALL_CENTRE)
def record_filters(request: ActingRequest) -> HttpResponse:
    """Keep the filter the records have, or forget one."""
    return filter_kept(request, Place.RECORDS, "staff:records")


@require_safe
@open_to(Kind.CALL_CENTRE)
def records_file(request: ActingRequest, chosen: str, form: str) -> HttpResponseBase:
    """A list for a spreadsheet ("csv" or "xlsx"), with the words and days of the page; each firm's trail says so."""
    if chosen not in LISTS or form not in FORMS:
        raise Http404
    query, now = _query_of(request), timezone.now()
    name = str(LISTS[chosen])
    if chosen in SHORT:
        lines = short_lines(chosen, query.search, now)
        firms = _firms(line.firm for line in lines)
        header, cells = record_header(), record_lines(lines)
    else:
        rows = LONG[chosen].rows(query.search, query.period)
        held = list(rows.values_list("pk", "tenant_id", "tenant__kind")[: MOST_SAVED + 1])
        firms = {tenant_id for _pk, tenant_id, kind in held[:MOST_SAVED] if kind == Organisation.Kind.SME}
        table: Table = LONG[chosen].table
        header, cells = table.header(), _cut(table, rows, [pk for pk, *_firm in held])
    partner_read(request, code="records.saved", subject="records", tenant_ids=firms, list=chosen)
    return table_stream(form, name=name, header=header, rows=cells)


def _cut(table: Table, rows: QuerySet[Any], ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    """The rows of a file, and a last line that says so when there are more."""
    yield from table.lines(rows, ids[:MOST_SAVED])
    if len(ids) > MOST_SAVED:
        yield (gettext("ここまで%(n)s件です。続きは、期間を分けて保存してください。") % {"n": f"{MOST_SAVED:,}"},)
