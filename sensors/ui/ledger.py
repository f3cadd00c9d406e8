"""The firm's list of its machines: read from a file after a look at what it holds, compared with the network, saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from base.moves import MoveRefused
from base.spreadsheet import table_answer
from base.spreadsheet_reading import TableUnreadable, table_read
from sensors.devices import devices_of
from sensors.ledger import (
    Ledger,
    entries_of,
    errors_of,
    ledger_drop,
    ledger_in_force,
    ledger_offer,
    ledger_take,
    ledger_waiting,
    matches_of,
)
from sensors.ledger_file import COLUMNS, MOST_LINES, HeadingMissing, LedgerEntry, ledger_read
from sensors.ledger_match import Match
from sensors.models import Device, LedgerFile
from sensors.ui import device_words, ledger_words
from tenants.audit.record import audit_record
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import refusals_shown

LARGEST = 1_000_000  # bytes
PER_PAGE = 50
SHOWN = 20  # lines of a file before it is taken


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def ledger(request: ActingRequest) -> HttpResponse:
    """The list that counts beside what the boxes see. POST reads a file and leads to what it holds."""
    tenant_id = request.acting.organisation.pk
    problem = ""
    if request.method == "POST":
        problem = _read(request)
        if not problem:
            return redirect("sensors:ledger_preview")
    devices = devices_of(tenant_id=tenant_id)
    in_force = ledger_in_force(tenant_id, devices)
    entries = in_force.entries if in_force else ()
    page = Paginator(_lines(in_force, devices), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "ledger": in_force,
        "page": page,
        "columns": list(ledger_words.COLUMN_WORDS.values()),
        "entries": len(entries),
        "strangers": _strangers(in_force, devices),
        "unseen": len(in_force.unseen) if in_force else 0,
        "waiting": ledger_waiting(tenant_id),
        "problem": problem,
        "most_lines": MOST_LINES,
        "may_write": request.acting.may_write,
    }
    return render(request, "boxes/ledger.html", context)


def _read(request: ActingRequest) -> str:
    """Keep what the file holds until it is taken. → "" or what is wrong with the file."""
    sent = request.FILES.get("file")
    if sent is None:
        return gettext("ファイルを選んでください。")
    if (sent.size or 0) > LARGEST:
        return str(ledger_words.FILE_ERRORS["too_large"])
    try:
        read = ledger_read(table_read(sent.read(), most_lines=MOST_LINES + 10))
    except TableUnreadable as unreadable:
        return str(ledger_words.FILE_ERRORS[unreadable.code])
    except HeadingMissing:
        return str(ledger_words.FILE_ERRORS["heading"])
    if not read.entries and not read.errors:
        return str(ledger_words.FILE_ERRORS["no_lines"])
    tenant_id, user = request.acting.organisation.pk, request.acting.user
    ledger_offer(tenant_id=tenant_id, read=read, file_name=sent.name or "", by=user, now=timezone.now())
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def ledger_preview(request: ActingRequest) -> HttpResponse:
    """What a file holds and what is wrong with it, before it changes anything; taken or dropped here."""
    tenant_id = request.acting.organisation.pk
    if request.method == "POST":
        _decide(request, tenant_id)
        return redirect("sensors:ledger")
    waiting = ledger_waiting(tenant_id)
    if waiting is None:
        return redirect("sensors:ledger")
    return render(request, "boxes/ledger_preview.html", _preview(waiting) | {"may_write": request.acting.may_write})


def _decide(request: ActingRequest, tenant_id: int) -> None:
    given, now = request.POST.get("ledger", ""), timezone.now()
    ledger_id = int(given) if given.isdecimal() and len(given) < 18 else 0
    gone = gettext_lazy("このファイルは、もう待っていません。台帳は変えていません。")
    with refusals_shown(request, {MoveRefused: gone}):
        if request.POST.get("action") == "take":
            ledger_take(tenant_id=tenant_id, ledger_id=ledger_id, by=request.acting.user, now=now)
            messages.success(request, gettext("台帳にしました。"))
        else:
            ledger_drop(tenant_id=tenant_id, ledger_id=ledger_id, now=now)
            messages.success(request, gettext("読み込んだファイルを取りやめました。台帳は変えていません。"))


def _preview(waiting: LedgerFile) -> dict[str, Any]:
    entries, errors = entries_of(waiting), errors_of(waiting)
    devices = devices_of(tenant_id=waiting.tenant_id)
    by_device = matches_of(entries, devices)
    titles = _titles(by_device, devices)
    return {
        "waiting": waiting,
        "entries": len(entries),
        "errors": [(wrong, ledger_words.column(wrong.column), ledger_words.error(wrong)) for wrong in errors],
        "lines": [(_headed(entry), titles.get(id(entry), "")) for entry in entries[:SHOWN]],
        "columns": list(ledger_words.COLUMN_WORDS.values()),
        "matched": len(by_device),
        "devices": len(devices),
    }


def _lines(in_force: Ledger | None, devices: list[Device]) -> list[tuple[list[tuple[Any, str]], str]]:
    """Heading and cell of each column of each entry, and the machine that is it."""
    if in_force is None:
        return []
    titles = _titles(in_force.by_device, devices)
    return [(_headed(entry), titles.get(id(entry), "")) for entry in in_force.entries]


def _titles(by_device: dict[int, Match], devices: list[Device]) -> dict[int, str]:
    return {
        id(match.entry): device_words.title(device)
        for device in devices
        if (match := by_device.get(device.pk)) is not None
    }


def _strangers(in_force: Ledger | None, devices: list[Device]) -> list[tuple[Device, str]]:
    """Machines on the network that are not in the list, the newest contact first."""
    if in_force is None:
        return []
    return [(each, device_words.title(each)) for each in devices if each.pk not in in_force.by_device]


def _cells(entry: LedgerEntry) -> list[str]:
    return [entry.values[name] for name in COLUMNS]


def _headed(entry: LedgerEntry) -> list[tuple[Any, str]]:
    return list(zip(ledger_words.COLUMN_WORDS.values(), _cells(entry), strict=True))


@require_safe
@open_to(Kind.SME)
def ledger_file(request: ActingRequest, form: str) -> HttpResponse:
    """The list as a file, which gives the same list when it is read again."""
    in_force = ledger_in_force(request.acting.organisation.pk, devices=())
    entries = in_force.entries if in_force else ()
    audit_record(code="ledger.saved", subject="ledger", tenant_id=request.acting.organisation.pk, lines=len(entries))
    header = [str(word) for word in ledger_words.COLUMN_WORDS.values()]
    return table_answer(form, name=gettext("機器台帳"), header=header, rows=[_cells(entry) for entry in entries])
