"""The SOC's page of files that all boxes of a programme stop: where each came from, deciding, taking back."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from sensors.models import FileReport, KnownFile
from sensors.selectors import file_reports, known_files
from sensors.shared_files import REPORTS_COUNT_FOR, FileRefused, file_decide, file_withdraw
from sensors.ui.names import programme_selected, programme_tabs
from tenants.models import Programme
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from tenants.ui.reason_field import ReasonField

MOST = 200
WITHDRAW = "withdraw"
PROBLEMS: dict[str, Any] = {
    "not_a_hash": gettext_lazy("SHA-256(0から9とaからfの64文字)を入れてください。"),
    "well_known": gettext_lazy("どこにでもあるファイルです。止めると、多くの会社の仕事が止まります。"),
    "no_reason": gettext_lazy("理由を入れてください。"),
}


class FileForm(forms.Form):
    """A file to stop, or never to stop."""

    sha256 = forms.CharField(label="SHA-256", max_length=80)
    kind = forms.ChoiceField(
        label=gettext_lazy("扱い"),
        choices=[*KnownFile.Kind.choices, (WITHDRAW, gettext_lazy("止めるのをやめる"))],
        initial=KnownFile.Kind.BLOCK,
        widget=forms.RadioSelect,
    )
    reason = ReasonField(label=gettext_lazy("理由"), max_length=200)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SOC)
def files(request: ActingRequest) -> HttpResponse:
    """What is stopped, what boxes reported, and deciding about one."""
    programme = programme_selected(request)
    now = timezone.now()
    form = FileForm(request.POST or None, initial={"sha256": request.GET.get("sha256", "")[:80]})
    if request.method == "POST" and form.is_valid() and _decided(request, programme, form, now):
        return redirect(f"{reverse('sensors:files')}?programme={programme.pk}")
    reports = _reports(programme, now)
    partner_read(request, code="files.viewed", subject="all", tenant_ids={row.tenant_id for row in reports})
    context = {
        "form": form,
        "rows": _rows(programme, reports, now),
        "programme": programme,
        "tabs": programme_tabs(request, programme),
        "may_write": request.acting.may_write,
    }
    return render(request, "sensors/files.html", context)


def _decided(request: ActingRequest, programme: Programme, form: FileForm, now: datetime) -> bool:
    wanted = form.cleaned_data
    who: dict[str, Any] = {
        "programme_id": programme.pk,
        "reason": wanted["reason"],
        "by": request.acting.user,
        "now": now,
    }
    if wanted["kind"] == WITHDRAW:
        if not file_withdraw(sha256=wanted["sha256"].strip().lower(), **who):
            form.add_error("sha256", gettext("このファイルは、いま止めていません。"))
            return False
        messages.success(request, gettext("止めるのをやめました。センサーは30秒以内に受け取ります。"))
        return True
    try:
        file_decide(sha256=wanted["sha256"], kind=wanted["kind"], **who)
    except FileRefused as problem:
        form.add_error("reason" if str(problem) == "no_reason" else "sha256", str(PROBLEMS[str(problem)]))
        return False
    messages.success(request, gettext("決めました。センサーは30秒以内に受け取ります。"))
    return True


def _reports(programme: Programme, now: datetime) -> list[FileReport]:
    """Recent reports of the firms this SOC watches in the programme."""
    return list(file_reports(programme_id=programme.pk, since=now - REPORTS_COUNT_FOR)[: 5 * MOST])


def _rows(programme: Programme, reports: list[FileReport], now: datetime) -> list[dict[str, Any]]:
    """One row a file, decided or reported, the newest decisions first."""
    reports_by_hash: dict[str, list[FileReport]] = defaultdict(list)
    for report in reports:
        reports_by_hash[report.sha256].append(report)
    known = known_files(programme_id=programme.pk)[:MOST]
    decided = {row.sha256: row for row in known}
    hashes = list(dict.fromkeys([*decided, *reports_by_hash]))[: 2 * MOST]
    return [_row(sha256, decided.get(sha256), reports_by_hash.get(sha256, []), now) for sha256 in hashes]


def _row(sha256: str, known: KnownFile | None, reports: list[FileReport], now: datetime) -> dict[str, Any]:
    signature = known.signature if known is not None else ""
    return {
        "sha256": sha256,
        "signature": reports[0].signature if reports else signature,
        "firms": list(dict.fromkeys(report.tenant.name for report in reports)),
        "newest": reports[0].reported_at if reports else None,
        "known": known,
        **_state(known, now),
    }


def _state(known: KnownFile | None, now: datetime) -> dict[str, str]:
    if known is None:
        return {"state": gettext("止めていません"), "tone": "neutral"}
    if known.withdrawn_at is not None:
        return {"state": gettext("止めるのをやめました"), "tone": "neutral"}
    if known.kind == KnownFile.Kind.ALLOW:
        return {"state": gettext("止めない"), "tone": "safe"}
    if known.expires_at is not None and known.expires_at <= now:
        return {"state": gettext("期限が過ぎました"), "tone": "neutral"}
    return {"state": gettext("すべてのセンサーで止めています"), "tone": "danger"}
