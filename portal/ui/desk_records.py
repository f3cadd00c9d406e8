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
from django.views.decorators.http import require_safe

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
class Asked:
    """What the address asks for: one of LISTS or ALL, words, days."""

    chosen: str
    search: Search
    period: Period
    query: dict[str, str]

    def address(self, chosen: str) -> str:
        """The same words and days for another list."""
        return urlencode({"list": chosen, **self.query})


def _asked(request: ActingRequest) -> Asked:
    search = search_of(request.GET.get("q", "")[:80])
    period = period_read(request.GET.get("from", ""), request.GET.get("until", ""))
    chosen = request.GET.get("list", "")
    if chosen not in LISTS:
        chosen = ALL if search.words else next(iter(LISTS))
    days = {"from": period.first, "until": period.last}
    query = {"q": search.words} | {name: day.isoformat() if day else "" for name, day in days.items()}
    return Asked(chosen, search, period, {name: value for name, value in query.items() if value})


@require_safe
@open_to(Kind.CALL_CENTRE)
def desk_records(request: ActingRequest) -> HttpResponse:
    """One list, or over everything what the words in `q` find."""
    asked, now = _asked(request), timezone.now()
    counts = {key: count_of(key, asked.search, asked.period) for key in LISTS}
    if asked.chosen == ALL:
        parts, page = [*records.everything(asked.search), *found_elsewhere(asked.search, now)], None
    else:
        known = counts[asked.chosen]
        page, lines = page_of(asked.chosen, asked.search, asked.period, known, request.GET.get("page"), now)
        parts = [(str(LISTS[asked.chosen]), lines)]
    firms = _firms(line.firm for _heading, lines in parts for line in lines)
    partner_read(request, code="records.viewed", subject="records", tenant_ids=firms, list=asked.chosen)
    context = {
        "search": asked.search.words,
        "period": asked.period,
        "parts": [(heading, lines) for heading, lines in parts if lines],
        "page": page,
        "chosen": asked.chosen,
        "has_days": asked.chosen in HISTORIES,
        "saved_query": urlencode(asked.query),
        "most_saved": MOST_SAVED,
        "tabs": _tabs(asked, counts),
    }
    return render(request, "staff/records.html", context)


def _firms(shown: Iterator[Organisation]) -> set[int]:
    return {firm.pk for firm in shown if firm.kind == Organisation.Kind.SME}


def _tabs(asked: Asked, counts: dict[str, int | None]) -> list[dict[str, Any]]:
    tabs = [
        {
            "label": label,
            "href": f"?{asked.address(key)}",
            "current": key == asked.chosen,
            "count": (count := counts[key]),
            "more": count is not None and count >= most_of(asked.search),
        }
        for key, label in LISTS.items()
    ]
    if asked.search.words:
        everything = {"label": gettext("すべてから"), "href": f"?{asked.address(ALL)}", "count": None}
        tabs.insert(0, everything | {"current": asked.chosen == ALL})
    return tabs


@require_safe
@open_to(Kind.CALL_CENTRE)
def records_file(request: ActingRequest, chosen: str, form: str) -> HttpResponseBase:
    """A list for a spreadsheet ("csv" or "xlsx"), with the words and days of the page; whose it holds is written down."""
    if chosen not in LISTS or form not in FORMS:
        raise Http404
    asked, now = _asked(request), timezone.now()
    name = str(LISTS[chosen])
    if chosen in SHORT:
        lines = short_lines(chosen, asked.search, now)
        firms = _firms(line.firm for line in lines)
        header, cells = record_header(), record_lines(lines)
    else:
        rows = LONG[chosen].rows(asked.search, asked.period)
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
