"""Changes of grading by four eyes: proposed from a group, tried on the past, decided by a second person, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alerts.models import AlertGroup, Tuning
from alerts.selectors import groups_in_reach
from alerts.tuning import selectors, services
from alerts.tuning.replay import SPAN
from alerts.tuning.states import APPROVED, WAITING, TuningState
from alerts.ui.tuning_form import PROPOSAL_REFUSALS, TuningForm
from alerts.ui.work_list import work_rows
from base.moves import MoveRefused, ReasonMissing
from base.numbers import number_in
from tenants.selectors import firms
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.refusals import RefusalWords, refusals_shown

PER_PAGE = 50
TABS = (
    ("waiting", gettext_lazy("承認待ち"), selectors.tunings_waiting),
    ("running", gettext_lazy("有効"), selectors.tunings_running),
    ("ended", gettext_lazy("終わったもの"), selectors.tunings_ended),
)
TONES = {
    TuningState.PROPOSED: "info",
    TuningState.REPLAYED: "attention",
    TuningState.UNTRIED: "danger",
    TuningState.IN_FORCE: "safe",
}
DECISION_REFUSALS: RefusalWords = {
    services.SecondPerson: gettext_lazy("提案した人は承認できません。ほかの監視担当に確かめてもらってください。"),
    services.OverrideMissing: gettext_lazy(
        "見逃していたおそれがあるものか、試せなかった検知があります。「それでも行う理由」がないため、承認していません。"
    ),
    ReasonMissing: gettext_lazy("理由を書いてください。何も変えていません。"),
    MoveRefused: gettext_lazy("いまの状態からは、その操作はできません。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SOC)
def propose(request: ActingRequest, tenant_id: int, group_id: int) -> HttpResponse:
    """Propose a change from a group; nothing changes before a second person approves."""
    group = get_object_or_404(groups_in_reach(), tenant_id=tenant_id, pk=group_id)
    form = TuningForm(request.POST if request.method == "POST" else None, group)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request, form=form, form_words=PROPOSAL_REFUSALS):
            made = services.tuning_propose(
                group=group,
                by=request.acting.user,
                organisation_id=request.acting.organisation.pk,
                now=timezone.now(),
                **form.proposal(),
            )
            messages.success(request, gettext("提案しました。過去90日の検知で試しています。"))
            return redirect("soc:tuning", made.pk)
    partner_read(request, code="alert.viewed", subject=f"group:{group_id}", tenant_ids=[tenant_id])
    return render(request, "soc/tuning_propose.html", {"group": group, "form": form})


@require_safe
@open_to(Kind.SOC)
def listed(request: ActingRequest) -> HttpResponse:
    """Changes in reach, the newest first, by where they stand."""
    shown = request.GET.get("show", "")
    chosen = next((tab for tab in TABS if tab[0] == shown), TABS[0])
    rows, before = chosen[2](), number_in(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[:PER_PAGE])
    partner_read(
        request, code="tunings.viewed", subject="tunings", tenant_ids=(row.firm_id for row in page if row.firm_id)
    )
    address = reverse("soc:tunings")
    context = {
        "rows": [(row, tone(row)) for row in page],
        "older": f"?show={chosen[0]}&before={page[-1].pk}" if len(page) == PER_PAGE else "",
        "tabs": [
            {"label": label, "href": f"{address}?show={name}", "current": name == chosen[0]} for name, label, _ in TABS
        ],
    }
    return render(request, "soc/tunings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SOC)
def tuning(request: ActingRequest, tuning_id: int) -> HttpResponse:
    """One change: what it is about, what it would have changed, who decided, how often it took effect.

    An open page asks again while it is tried on the past. POST decides.
    """
    row: Tuning = get_object_or_404(selectors.tunings(), pk=tuning_id)
    if request.method == "POST":
        return _act(request, row)
    context = _context(request, row)
    read = {tenant_id for tenant_id, _name, _number in context["incidents"]}
    read |= {line.group.tenant_id for line in (*context["confirmed"], *context["samples"])}
    read |= {row.firm_id} if row.firm_id else set()
    partner_read(request, code="tunings.viewed", subject=f"tuning:{row.pk}", tenant_ids=read)
    return render(request, "soc/_tuning.html" if request.htmx else "soc/tuning.html", context)


def tone(row: Tuning) -> str:
    """The tone of its chip."""
    return TONES.get(TuningState(row.state), "neutral")


@dataclass(frozen=True)
class Allowed:
    """What the acting person may do to a change as it stands."""

    override: bool
    approve: bool
    refuse: bool
    roll_back: bool
    try_again: bool = False


def _allowed(request: ActingRequest, row: Tuning) -> Allowed:
    if not request.acting.may_write:
        return Allowed(override=False, approve=False, refuse=False, roll_back=False)
    replayed, unexplained = row.state == TuningState.REPLAYED, bool(row.hidden) and not row.override_reason
    return Allowed(
        override=replayed and bool(row.hidden),
        approve=replayed and not unexplained and row.proposed_by_id != request.acting.user.pk,
        refuse=row.state in WAITING,
        roll_back=row.state == TuningState.IN_FORCE,
        try_again=row.state == TuningState.UNTRIED,
    )


def _context(request: ActingRequest, row: Tuning) -> dict[str, Any]:
    now, replay = timezone.now(), row.replay
    numbers = [(tenant_id, number) for tenant_id, number in replay.get("incidents", ())]
    names = dict(firms().filter(pk__in={tenant_id for tenant_id, _number in numbers}).values_list("pk", "name"))
    return {
        "tuning": row,
        "tone": tone(row),
        "replay": replay,
        "days": SPAN.days,
        "incidents": [(tenant, names[tenant], number) for tenant, number in numbers if tenant in names],
        "confirmed": work_rows(_groups(replay.get("confirmed", ())), now),
        "samples": work_rows(_groups(replay.get("samples", ())), now),
        "mine": row.proposed_by_id == request.acting.user.pk,
        "may": _allowed(request, row),
        "approved": row.state in APPROVED,
        "effect": selectors.effect_of(row, now) if row.state in APPROVED else [],
        "effect_days": selectors.EFFECT_DAYS,
    }


def _groups(places: Any) -> list[AlertGroup]:
    """Those of these groups that are in reach, the newest first."""
    rows = groups_in_reach().select_related("soc_person").filter(pk__in=[group_id for _tenant_id, group_id in places])
    return list(rows.order_by("-last_at", "-pk"))


def _act(request: ActingRequest, row: Tuning) -> HttpResponse:
    act = _ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise Http404
    with refusals_shown(request, DECISION_REFUSALS):
        messages.success(request, act(request, row.pk, request.POST.get("reason", "")))
    return redirect("soc:tuning", row.pk)


def _approve(request: ActingRequest, tuning_id: int, reason: str) -> str:
    services.tuning_approve(tuning_id=tuning_id, by=request.acting.user, now=timezone.now())
    return gettext("承認しました。いまから届く検知に効きます。")


def _override(request: ActingRequest, tuning_id: int, reason: str) -> str:
    services.tuning_override(tuning_id=tuning_id, reason=reason, by=request.acting.user)
    return gettext("それでも行う理由を書きました。")


def _refuse(request: ActingRequest, tuning_id: int, reason: str) -> str:
    services.tuning_refuse(tuning_id=tuning_id, reason=reason, by=request.acting.user, now=timezone.now())
    return gettext("採用しないことにしました。")


def _try_again(request: ActingRequest, tuning_id: int, reason: str) -> str:
    place = request.acting.organisation.pk
    services.tuning_try_again(tuning_id=tuning_id, by=request.acting.user, organisation_id=place)
    return gettext("もう一度、過去90日の検知で試します。")


def _roll_back(request: ActingRequest, tuning_id: int, reason: str) -> str:
    services.tuning_roll_back(tuning_id=tuning_id, reason=reason, by=request.acting.user, now=timezone.now())
    return gettext("取り消しました。いまから届く検知は、元の決まりで判定します。")


_ACTS: dict[str, Callable[[ActingRequest, int, str], str]] = {
    "approve": _approve,
    "override": _override,
    "refuse": _refuse,
    "roll_back": _roll_back,
    "try_again": _try_again,
}
