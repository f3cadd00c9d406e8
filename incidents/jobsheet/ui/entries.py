"""One address takes everything a vendor writes down: from a form, or from a phone that was offline for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from base.moves import MoveRefused
from incidents.jobsheet import services, wording
from incidents.jobsheet.selectors import jobs
from incidents.jobsheet.ui.forms import FORMS, KeyedForm, RecordForm
from incidents.jobsheet.ui.sheet import sheet_page
from incidents.jobsheet.worktime import TimeRefused
from incidents.models import SheetRecord, WorkEntry
from tenants.models import Organisation, User
from tenants.ui.guard import ActingRequest, open_to
from web.refusals import RefusalWords, sentence_of

Data = dict[str, Any]


@require_POST
@open_to(Organisation.Kind.VENDOR)
def entry(request: ActingRequest, job_id: int) -> HttpResponse:
    """Write one thing down. A phone gets JSON: 200 taken, 422 cannot be (it says why), 409 the job is not open."""
    form_class = FORMS.get(request.POST.get("what", ""))
    if form_class is None or not jobs().filter(pk=job_id).exists():
        raise Http404
    form = form_class(request.POST)
    closed = _written(form, job_id, request.user, timezone.now()) if form.is_valid() else ""
    if request.headers.get("Accept") == "application/json":
        return _json_answer(form, closed)
    if form.errors:
        return sheet_page(request, job_id, typed=form, status=422)
    if closed:
        messages.error(request, closed)
    return redirect("jobsheet:sheet", job_id)


def _json_answer(form: KeyedForm, closed: str) -> HttpResponse:
    if form.errors:
        problems = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"told": " ".join(problems)}, status=422)
    return JsonResponse({"told": closed}, status=409 if closed else 200)


def _written(form: KeyedForm, job_id: int, by: User, now: datetime) -> str:
    """Write the entry. → why the job takes none at the moment, or "". Impossible values become errors of the form."""
    write: Callable[..., object] = WRITES.get(form.what, _record)
    try:
        write(form, job_id=job_id, by=by, now=now)
    except tuple(ENTRY_MISTAKES) as refusal:
        form.add_error(None, sentence_of(refusal, ENTRY_MISTAKES))
    except tuple(ENTRY_CLOSED) as refusal:
        return sentence_of(refusal, ENTRY_CLOSED)
    return ""


def sheet_closed_words(shut: services.SheetClosed) -> str:
    """Why nothing can be written, and what to do."""
    if shut.state == "reported":
        return gettext("報告したあとなので書き足せません。先に「報告を取り下げる」を押してください。")
    return gettext("この作業には、もう書き込めません。")


ENTRY_MISTAKES: RefusalWords = {
    TimeRefused: lambda refusal: wording.TIME_PROBLEMS[refusal.code],
    services.KeyTaken: gettext_lazy("この入力は、別の作業のものです。"),
    **dict.fromkeys((WorkEntry.DoesNotExist, SheetRecord.DoesNotExist), gettext_lazy("直す相手の記録がありません。")),
}
ENTRY_CLOSED: RefusalWords = {
    services.SheetClosed: sheet_closed_words,
    MoveRefused: gettext_lazy("いまの状態では、作業を始められません。"),
}


def _start(form: KeyedForm, **common: Any) -> object:
    data: Data = form.cleaned_data
    return services.work_start(key=data["key"], kind=data["kind"], way=data["way"], phone_time=data["said"], **common)


def _stop(form: KeyedForm, **common: Any) -> object:
    return services.work_stop(phone_time=form.cleaned_data["ended"] or form.cleaned_data["said"], **common)


def _time(form: KeyedForm, **common: Any) -> object:
    data: Data = form.cleaned_data
    names = ("key", "kind", "way", "started_at", "minutes", "note")
    return services.work_add(**{name: data[name] for name in names}, **common)


def _correct(form: KeyedForm, **common: Any) -> object:
    data: Data = form.cleaned_data
    names = ("key", "kind", "minutes", "reason")
    return services.work_correct(entry_id=data["entry"], **{name: data[name] for name in names}, **common)


def _strike(form: KeyedForm, **common: Any) -> object:
    data: Data = form.cleaned_data
    return services.record_correct(
        key=data["key"], record_id=data["record_id"], record=None, reason=data["reason"], **common
    )


def _record(form: RecordForm, **common: Any) -> object:
    return services.record_add(
        key=form.cleaned_data["key"], record=form.record(), phone_time=form.cleaned_data["said"], **common
    )


WRITES: dict[str, Callable[..., object]] = {
    "start": _start,
    "stop": _stop,
    "time": _time,
    "correct": _correct,
    "strike": _strike,
}
