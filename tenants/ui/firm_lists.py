"""The office enters its firms by a file: every error before anything changes, then step by step; and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from base.numbers import number_in
from base.spreadsheet_reading import TableUnreadable, table_read
from base.spreadsheet_stream import table_stream
from tenants.firm_lists import (
    ListGone,
    errors_of,
    firm_lines,
    lines_there,
    list_drop,
    list_newest,
    list_offer,
    list_step,
    list_take,
)
from tenants.firm_table import COLUMNS, HEAD_LINES, MOST_LINES, HeadingMissing, firms_read
from tenants.models import FirmList, Programme
from tenants.tenancy.scope import person_scope
from tenants.ui.firm_list_words import FILE_ERRORS, error_words, heading
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.programme import programme_chosen
from tenants.ui.reach import partner_read
from web.refusals import RefusalWords, refusals_shown

LARGEST: Final = 5_000_000  # bytes
SHOWN: Final = 20  # lines of the file before it is taken
PART: Final = 500  # firms of the file that is saved, read at once
REFUSALS: RefusalWords = {
    ListGone: gettext_lazy("この名簿は、もう待っていません。画面を読み直してください。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.OFFICE, owner=True, proven=True)
def entering(request: ActingRequest) -> HttpResponse:
    """Choose a file. POST reads it and leads to what it holds."""
    programme = programme_chosen(request)
    problem = ""
    if request.method == "POST":
        problem = _read(request, programme)
        if not problem:
            return _to(programme, "tenants:firm_preview")
    context = {
        "programme": programme,
        "newest": list_newest(programme=programme),
        "problem": problem,
        "columns": [(headings[0], name) for name, headings in COLUMNS.items()],
        "most_lines": MOST_LINES,
    }
    return render(request, "tenants/firm_entering.html", context, status=422 if problem else 200)


def _read(request: ActingRequest, programme: Programme) -> str:
    """Keep what the file holds until it is taken. → "" or what is wrong with the file."""
    sent = request.FILES.get("file")
    if sent is None:
        return gettext("ファイルを選んでください。")
    if (sent.size or 0) > LARGEST:
        return str(FILE_ERRORS["too_large"])
    try:
        read = firms_read(table_read(sent.read(), most_lines=MOST_LINES + HEAD_LINES))
    except TableUnreadable as unreadable:
        return str(FILE_ERRORS[unreadable.code])
    except HeadingMissing:
        return str(FILE_ERRORS["heading"])
    if not read.rows and not read.errors:
        return str(FILE_ERRORS["no_lines"])
    list_offer(programme=programme, read=read, file_name=sent.name or "", by=request.user, now=timezone.now())
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.OFFICE, owner=True, proven=True)
def preview(request: ActingRequest) -> HttpResponse:
    """What would happen, line by line, before it does; taken or dropped here."""
    programme = programme_chosen(request)
    if request.method == "POST":
        return _decide(request, programme)
    waiting = list_newest(programme=programme)
    if waiting is None or waiting.taken_at is not None:
        return _to(programme, "tenants:firm_entering")
    return render(request, "tenants/firm_preview.html", _preview(waiting))


def _decide(request: ActingRequest, programme: Programme) -> HttpResponse:
    number, now = number_in(request.POST.get("list", "")) or 0, timezone.now()
    with refusals_shown(request, REFUSALS):
        if request.POST.get("action") == "take":
            invites = "invites" in request.POST
            list_take(programme=programme, list_id=number, invites=invites, by=request.user, now=now)
            return _to(programme, "tenants:firm_progress")
        list_drop(programme=programme, list_id=number, now=now)
        messages.success(request, gettext("読み込んだ名簿を取りやめました。何も登録していません。"))
    return _to(programme, "tenants:firm_entering")


def _preview(waiting: FirmList) -> dict[str, Any]:
    there, errors = lines_there(waiting), errors_of(waiting)
    shown = ("name", "prefecture", "municipality", "phone", "email")
    return {
        "programme": waiting.programme,
        "waiting": waiting,
        "count": len(waiting.rows),
        "new": len(waiting.rows) - len(there),
        "there": len(there),
        "errors": [(wrong, heading(wrong.column), error_words(wrong)) for wrong in errors],
        "columns": [heading(name) for name in shown],
        "lines": [
            (row["line"], [(heading(name), row[name]) for name in shown], row["line"] in there)
            for row in waiting.rows[:SHOWN]
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.OFFICE, owner=True, proven=True)
def progress(request: ActingRequest) -> HttpResponse:
    """How far the list is. POST goes one step on; a job goes on with it when nobody looks."""
    programme = programme_chosen(request)
    taken = list_newest(programme=programme)
    if taken is None or taken.taken_at is None:
        return _to(programme, "tenants:firm_entering")
    if request.method == "POST":
        list_step(list_id=taken.pk)
        taken = list_newest(programme=programme) or taken
        if not getattr(request, "htmx", False):
            return _to(programme, "tenants:firm_progress")
    context = {
        "programme": programme,
        "taken": taken,
        "through": taken.done >= taken.count,  # type: ignore[attr-defined]
        "there": taken.done - taken.made,
    }
    page = "tenants/_firm_progress.html" if request.method == "POST" else "tenants/firm_progress.html"
    return render(request, page, context)


@require_safe
@open_to(Kind.OFFICE, owner=True, proven=True)
def columns_file(request: ActingRequest, form: str) -> HttpResponseBase:
    """The programme's firms in the columns that can be read again; without firms, the headings alone."""
    programme = programme_chosen(request)
    header = [headings[0] for headings in COLUMNS.values()]
    answer = table_stream(form, name=gettext("参加企業の名簿"), header=header, rows=_lines(request, programme))
    answer.opens_scopes = True  # type: ignore[attr-defined]
    return answer


def _lines(request: ActingRequest, programme: Programme) -> Iterator[list[Any]]:
    """The lines, read in parts: each part is noted in the trails of its firms before it is sent."""
    after, size = 0, PART
    while size == PART:
        with person_scope(request.user.pk, request.acting.organisation.pk):
            part = firm_lines(programme=programme, after=after, most=PART)
            if part:
                firms = [line.tenant_id for line in part]
                partner_read(request, code="firms.saved", subject="firms", tenant_ids=firms)
        yield from (line.cells for line in part)
        size = len(part)
        after = part[-1].number if part else after


def _to(programme: Programme, page: str) -> HttpResponse:
    return redirect(f"{reverse(page)}?programme={programme.pk}")
