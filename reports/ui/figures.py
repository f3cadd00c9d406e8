"""The office's figures: on the screen, as CSV, as a workbook."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from base.spreadsheet import XLSX
from reports.months import Month, month_of
from reports.office import MOST_MONTHS, Figures, Span, office_figures
from reports.office_files import shown, table_csv, workbook
from reports.office_tables import LEAST_FIRMS, Table
from tenants.audit.record import audit_record
from tenants.models import Programme
from tenants.selectors import programmes_of_office
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.jst import JST

USUAL_MONTHS = 4


@require_safe
@open_to(Kind.OFFICE)
def figures(request: ActingRequest) -> HttpResponse:
    """Every table of a programme for some months; `?programme=`, `?first=2026-08`, `?last=2026-11`."""
    programmes = list(programmes_of_office(office_id=request.acting.organisation.pk))
    programme, span = chosen(request, programmes)
    figures = office_figures(programme_id=programme.pk, span=span) if programme else Figures(0, [])
    context = {
        "programmes": programmes,
        "programme": programme,
        "span": span,
        "first": f"{span.first.first:%Y-%m}",
        "last": f"{span.last.first:%Y-%m}",
        "figures": figures,
        "least": LEAST_FIRMS,
        "tables": [on_screen(table) for table in figures.tables],
        "query": request.GET.urlencode(),
    }
    return render(request, "reports/figures.html", context)


@require_safe
@open_to(Kind.OFFICE)
def figures_file(request: ActingRequest, name: str) -> HttpResponse:
    """`all.xlsx`, or one table as `<code>.csv`."""
    programmes = list(programmes_of_office(office_id=request.acting.organisation.pk))
    programme, span = chosen(request, programmes)
    if programme is None:
        raise Http404
    figures = office_figures(programme_id=programme.pk, span=span)
    files = {f"{table.code}.csv": table for table in figures.tables}
    title = gettext("すべての表")
    if name == "all.xlsx" and figures.tables:
        content, kind = workbook(figures.tables, about=_about(programme, span, figures)), XLSX
    elif name in files:
        content, kind = table_csv(files[name]), "text/csv; charset=utf-8; header=present"
        title = files[name].title
    else:
        raise Http404
    audit_record(code="figures.saved", subject=f"programme:{programme.pk}", name=name, span=span_words(span))
    headers = {"Cache-Control": "no-store, private", "X-Content-Type-Options": "nosniff"}
    answer = HttpResponse(content, content_type=kind, headers=headers)
    saved = f"{programme.name}_{title}_{span.first.first:%Y%m}-{span.last.first:%Y%m}.{name.rpartition('.')[2]}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, saved) or "attachment"
    return answer


def chosen(
    request: ActingRequest, programmes: list[Programme], most: int = MOST_MONTHS
) -> tuple[Programme | None, Span]:
    """The programme and the months of a page's address; at most so many months, the last of them."""
    wanted = request.GET.get("programme", "")
    programme = next((each for each in programmes if str(each.pk) == wanted), programmes[0] if programmes else None)
    last = _month(request.GET.get("last", "")) or month_of(timezone.now())
    first = _month(request.GET.get("first", "")) or _back(last, USUAL_MONTHS - 1)
    if first.first > last.first:
        first, last = last, first
    return programme, Span(max(first, _back(last, most - 1), key=lambda month: month.first), last)


def _month(text: str) -> Month | None:
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return Month(date(int(match[1]), int(match[2]), 1)) if match else None


def _back(month: Month, months: int) -> Month:
    at = month.first.year * 12 + month.first.month - 1 - months
    return Month(date(at // 12, at % 12 + 1, 1))


def on_screen(table: Table) -> dict[str, Any]:
    """For reading: of months the newest first, so that a phone shows this month without pushing."""
    columns = range(1, len(table.header))
    order = [*reversed(columns[:-1]), columns[-1]] if table.monthly else [*columns]
    return {
        "code": table.code,
        "title": table.title,
        "header": [table.header[0], *(table.header[at] for at in order)] if table.header else [],
        "rows": [[row.label, *(shown(row.cells[at - 1]) for at in order)] for row in table.rows],
        "numeric": ",".join(str(at) for at in range(1, len(table.header))),
        "notes": [*table.notes, table.source_note],
    }


def span_words(span: Span) -> str:
    """`2020-09/2020-12`."""
    return f"{span.first.first:%Y-%m}/{span.last.first:%Y-%m}"


def _about(programme: Programme, span: Span, figures: Figures) -> list[tuple[str, str]]:
    return [
        (gettext("事業"), programme.name),
        (gettext("期間"), span_words(span)),
        (gettext("参加企業"), str(figures.firms)),
        (gettext("数えた時"), f"{figures.counted_at.astimezone(JST):%Y-%m-%d %H:%M}" if figures.counted_at else ""),
        (gettext("作成"), f"{timezone.localtime():%Y-%m-%d %H:%M}"),
    ]
