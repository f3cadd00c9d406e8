"""Operators see no firm; in an emergency they open one, for hours, and the firm is informed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from alerts.selectors import batches_of, groups_of, quarantine
from alerts.ui import listing
from incidents.core.selectors import open_incidents
from sensors.ui.status import firm_boxes
from tenants.models import AccessGrant
from tenants.selectors import glasses, organisation, organisation_name
from tenants.tenancy.break_glass import GlassHolds, break_glass
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from tenants.ui.reason_field import ReasonField
from web.refusals import refusals_shown

HOURS = (1, 2, 4)
LINES = 20


class GlassForm(forms.Form):
    """Which firm, why, for how long."""

    firm = forms.IntegerField(
        label=gettext_lazy("会社番号"),
        min_value=1,
        max_value=2**62,
        help_text=gettext_lazy("相談窓口の画面と、会社の「組織の情報」に出ている番号"),
    )
    reason = ReasonField(
        grave=True,
        label=gettext_lazy("理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("このまま会社へメールで届きます。会社の人に分かる言葉で書いてください。"),
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("見る時間"),
        coerce=int,
        choices=[(hours, gettext_lazy("%d時間") % hours) for hours in HOURS],
        initial=1,
    )


def glass_home(request: ActingRequest) -> HttpResponse:
    """What the operator's organisation has open now and had open lately."""
    now = timezone.now()
    held = glasses(grantee_id=request.acting.organisation.pk)[:LINES]
    rows = [_row(grant, now) for grant in held]
    return render(request, "portal/glass.html", {"rows": rows, "open": [row for row in rows if row["open"]]})


def _row(grant: AccessGrant, now: datetime) -> dict[str, Any]:
    until = grant.valid.upper
    holds = until is not None and until > now
    # The name is readable only while the glass is broken.
    name = organisation_name(grant.tenant_id) if holds else None
    return {"grant": grant, "open": holds, "until": until, "name": name}


@open_to(Kind.PLATFORM, writer=True, proven=True)
def glass_break(request: ActingRequest) -> HttpResponse:
    """Open one firm's data; the firm's mail and its trail are written in the same statement."""
    form = GlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        with refusals_shown(request, form=form, form_words={GlassHolds: _refusal}):
            break_glass(tenant_id=fields["firm"], reason=fields["reason"], lasting=timedelta(hours=fields["hours"]))
            messages.success(request, gettext("会社のデータを開きました。会社へメールを送り、記録に残しました。"))
            return redirect("portal:glass_firm", fields["firm"])
    return render(request, "portal/glass_break.html", {"form": form})


def _refusal(refusal: GlassHolds) -> str:
    if "nobody" in str(refusal):
        return gettext("この会社には知らせる相手がいないため、開けません。番号を確かめてください。")
    return gettext("開けませんでした。会社番号と理由を確かめてください。すでに開いている会社は、そのまま見られます。")


@require_safe
@open_to(Kind.PLATFORM)
def glass_firm(request: ActingRequest, firm_id: int) -> HttpResponse:
    """A firm while its glass is broken: boxes, intake, incidents, newest alerts. Nothing can be changed here."""
    grant = (
        glasses(grantee_id=request.acting.organisation.pk)
        .filter(tenant_id=firm_id, valid__contains=timezone.now())
        .last()
    )
    if grant is None:
        raise Http404
    partner_read(request, code="firm.viewed", subject=f"organisation:{firm_id}", tenant_ids=[firm_id])
    batches = batches_of(firm_id)
    context = {
        "firm": organisation(firm_id),
        "grant": grant,
        "boxes": firm_boxes(firm_id, timezone.now()),
        "incidents": open_incidents(firm_id),
        "recent": listing.rows(groups_of(firm_id).order_by("-last_at")[:LINES]),
        "intake": [
            (gettext("まだ読んでいない束"), batches.filter(processed_at__isnull=True).count()),
            (gettext("読むのに失敗した束"), batches.filter(processed_at__isnull=True).exclude(error="").count()),
            (gettext("読めない記録"), quarantine().filter(tenant_id=firm_id).count()),
        ],
    }
    return render(request, "portal/glass_firm.html", context)
