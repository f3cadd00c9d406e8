"""The registered tables of a programme: which there are, and each with how it was counted, its chart and its files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from base.spreadsheet import XLSX
from reports.office import Span
from reports.office_files import table_csv, workbook
from reports.office_tables import LEAST_FIRMS
from reports.published.pages import MOST_MONTHS, Published, counting_sql, period_words, published
from reports.published.registry import BY_KEY, COHORT, MEASURES, ROUNDING, SMALL_CELLS, Measure
from reports.published.work import WORK
from reports.ui.figures import chosen, on_screen, span_words
from tenants.audit.record import audit_record
from tenants.models import Programme
from tenants.selectors import programmes_of_office
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.jst import JST


@require_safe
@open_to(Kind.OFFICE)
def measures(request: ActingRequest) -> HttpResponse:
    """Every registered table with what it counts and where it is printed."""
    context = _about_page(request) | {"detections": MEASURES, "work": WORK}
    return render(request, "reports/measures.html", context)


@require_safe
@open_to(Kind.OFFICE)
def measure(request: ActingRequest, key: str) -> HttpResponse:
    """A table of some months with its chart, its rules and its SQL; `?programme=`, `?first=2026-08`, `?last=…`."""
    wanted = _known(key)
    context = _about_page(request) | {"measure": wanted, "rounding": ROUNDING, "cohort": COHORT}
    programme, span = context["programme"], context["span"]
    context |= {"small_cells": SMALL_CELLS, "sql": counting_sql(), "least": LEAST_FIRMS}
    if programme is not None:
        shown = published(programme_id=programme.pk, first=span.first, last=span.last, measures=[wanted])
        context |= {"published": shown} | _first_of(shown)
    return render(request, "reports/measure.html", context)


@require_safe
@open_to(Kind.OFFICE)
def measure_file(request: ActingRequest, key: str) -> HttpResponse:
    """The table as CSV."""
    wanted = _known(key)
    programme, span = _chosen(request)
    if programme is None:
        raise Http404
    shown = published(programme_id=programme.pk, first=span.first, last=span.last, measures=[wanted])
    if not shown.tables:
        raise Http404
    kind = "text/csv; charset=utf-8; header=present"
    return _file(programme, span, table_csv(shown.tables[0]), kind, str(wanted.title), "csv")


@require_safe
@open_to(Kind.OFFICE)
def annex(request: ActingRequest) -> HttpResponse:
    """All registered tables of detections in a workbook, a sheet each."""
    programme, span = _chosen(request)
    if programme is None:
        raise Http404
    shown = published(programme_id=programme.pk, first=span.first, last=span.last)
    if not shown.tables:
        raise Http404
    content = workbook(shown.tables, about=_about(programme, shown))
    return _file(programme, span, content, XLSX, gettext("検知の表"), "xlsx")


def _known(key: str) -> Measure:
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]


def _chosen(request: ActingRequest) -> tuple[Programme | None, Span]:
    programmes = list(programmes_of_office(office_id=request.acting.organisation.pk))
    return chosen(request, programmes, MOST_MONTHS)


def _about_page(request: ActingRequest) -> dict[str, Any]:
    programmes = list(programmes_of_office(office_id=request.acting.organisation.pk))
    programme, span = chosen(request, programmes, MOST_MONTHS)
    return {
        "programmes": programmes,
        "programme": programme,
        "span": span,
        "first": f"{span.first.first:%Y-%m}",
        "last": f"{span.last.first:%Y-%m}",
        "query": request.GET.urlencode(),
    }


def _first_of(shown: Published) -> dict[str, Any]:
    if not shown.tables or shown.first is None or shown.last is None:
        return {"table": None}
    return {
        "table": on_screen(shown.tables[0]),
        "chart": shown.charts[0],
        "period": period_words(shown.first, shown.last),
    }


def _about(programme: Programme, shown: Published) -> list[tuple[str, str]]:
    period = period_words(shown.first, shown.last) if shown.first and shown.last else ""
    return [
        (gettext("事業"), programme.name),
        (gettext("期間"), period),
        (gettext("数えた時"), f"{shown.counted_at.astimezone(JST):%Y-%m-%d %H:%M}" if shown.counted_at else ""),
        (gettext("作成"), f"{timezone.localtime():%Y-%m-%d %H:%M}"),
        (gettext("参加企業の数え方"), str(COHORT)),
        (gettext("端数"), str(ROUNDING)),
        (gettext("小さな数"), str(SMALL_CELLS)),
        *((str(measure.title), f"{measure.sources}: {measure.definition}") for measure in MEASURES),
    ]


def _file(programme: Programme, span: Span, content: bytes, kind: str, title: str, ending: str) -> HttpResponse:
    audit_record(code="figures.saved", subject=f"programme:{programme.pk}", name=title, span=span_words(span))
    headers = {"Cache-Control": "no-store, private", "X-Content-Type-Options": "nosniff"}
    answer = HttpResponse(content, content_type=kind, headers=headers)
    saved = f"{programme.name}_{title}_{span.first.first:%Y%m}-{span.last.first:%Y%m}.{ending}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, saved) or "attachment"
    return answer
