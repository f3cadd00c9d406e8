"""The SOC tells a box to let a signature be, and sees whether the box does and how often it takes effect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.grading_rules import device_answered
from alerts.judging import group_judge
from alerts.models import AlertGroup
from alerts.models.judgement import JudgedAs, Verdict
from alerts.selectors import groups_in_reach
from sensors import orders
from sensors.manifest import SuppressionRefused
from sensors.models import Suppression
from sensors.selectors import suppressions
from sensors.ui.suppression_form import SuppressionForm, seen
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read

MOST = 200


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SOC)
def suppress(request: ActingRequest, tenant_id: int, group_id: int) -> HttpResponse:
    """Make one from an alert group; those of its box below."""
    group = get_object_or_404(groups_in_reach(), tenant_id=tenant_id, pk=group_id, signature_id__gt=0)
    form = SuppressionForm(
        request.POST or None,
        initial=seen(group, answered=device_answered(group.rule, group.direction)),
        blocks=group.blocked_count > 0,
    )
    if request.method == "POST" and form.is_valid() and _made(request, group, form):
        messages.success(request, gettext("指示を作りました。センサーが受け取ると「適用済み」になります。"))
        return redirect("soc:suppress", tenant_id, group_id)
    partner_read(request, code="suppressions.viewed", subject=f"group:{group_id}", tenant_ids=[tenant_id])
    rows = orders.suppressions_of(sensor=group.sensor, now=timezone.now())
    context = {"group": group, "form": form, "rows": rows_of(rows), "may_write": request.acting.may_write}
    return render(request, "soc/suppress.html", context)


@require_safe
@open_to(Kind.SOC)
def listed(request: ActingRequest) -> HttpResponse:
    """The newest of all firms."""
    rows = list(suppressions()[:MOST])
    partner_read(request, code="suppressions.viewed", subject="all", tenant_ids=(row.tenant_id for row in rows))
    return render(request, "soc/suppressions.html", {"rows": rows_of(rows), "may_write": request.acting.may_write})


@require_POST
@open_to(Kind.SOC)
def end(request: ActingRequest, tenant_id: int, suppression_id: int) -> HttpResponse:
    """End a suppression: the box reports the signature again."""
    suppression = get_object_or_404(Suppression, tenant_id=tenant_id, pk=suppression_id)
    orders.suppression_end(suppression=suppression, by=request.acting.user, now=timezone.now())
    messages.success(request, gettext("終わらせました。センサーは次の確認から、また知らせます。"))
    return redirect("soc:suppressions")


@transaction.atomic
def _made(request: ActingRequest, group: AlertGroup, form: SuppressionForm) -> bool:
    now, fields = timezone.now(), form.cleaned_data
    try:
        orders.suppression_add(
            sensor=group.sensor,
            signature_id=group.signature_id or 0,
            signature=group.signature,
            source=fields["source"],
            destination=fields["destination"],
            device=fields["device"],
            effect=fields["effect"],
            reason=fields["reason"],
            until=now + timedelta(days=fields["days"]),
            by=request.acting.user,
            now=now,
        )
    except SuppressionRefused as problem:
        form.refuse(str(problem))
        return False
    # Whoever suppresses a signature has judged the group it came from.
    group_judge(
        group=group,
        verdict=Verdict.HARMLESS,
        reason=fields["reason"],
        by=request.acting.user,
        by_role=JudgedAs.WATCH,
        now=now,
    )
    return True


def rows_of(suppressions: list[Suppression]) -> list[dict[str, Any]]:
    """Each with its state in words, the chip's tone and whether it can be ended."""
    now = timezone.now()
    return [{"row": row, **_state(row, now)} for row in suppressions]


def _state(row: Suppression, now: Any) -> dict[str, Any]:
    if row.ended_at is not None or row.expires_at <= now:
        return {"state": gettext("終了"), "tone": "neutral", "open": False}
    if row.problem:
        return {"state": gettext("適用できませんでした"), "tone": "danger", "open": True}
    if row.applied_at is not None:
        return {"state": gettext("適用済み"), "tone": "safe", "open": True}
    return {"state": gettext("センサーの応答待ち"), "tone": "info", "open": True}
