"""Claims: the list of insurer and desk, one claim with all it rests on, and making one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.saved_filters import Place
from alerts.ui.saved_filters import filter_kept, saved_filters
from base.moves import MoveRefused, Party, ReasonMissing
from incidents.jobsheet.selectors import jobs
from incidents.models import Job
from insurance import services, wording
from insurance.chain import broken_at
from insurance.claim_rules import CLAIM_MOVES, FINAL, AmountWrong, ClaimState
from insurance.doors import claim_accounts, claim_cards, claim_payer
from insurance.evidence import evidence_links
from insurance.models import Claim, ClaimMessage
from insurance.selectors import billable_jobs, claims_by_state, claims_in_reach, claims_sum, cover_of_job
from insurance.ui.fragments import refusal_words
from insurance.ui.parties import PARTIES, firm_of
from tenants.audit.record import audit_record_for
from tenants.selectors import name_of
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.addresses import published
from web.columns import Arrangement, Column
from web.paging import CutPaginator
from web.refusals import RefusalWords, refusals_shown

TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("確認を待つ"), ("submitted", "resubmitted")),
    "asked": (gettext_lazy("質問中"), ("returned",)),
    "approved": (gettext_lazy("支払い待ち"), ("approved",)),
    "over": (gettext_lazy("終わったもの"), ("paid", "rejected", "withdrawn")),
}
DESK_TABS = {"": (gettext_lazy("窓口の番"), ("draft", "returned"))} | {
    "insurer": (gettext_lazy("保険会社の番"), ("submitted", "resubmitted", "approved")),
    "over": TABS["over"],
}
LATE = timedelta(days=7)  # older than this is shown as waiting long (ours)
LAYOUTS = {Kind.SME: "base_portal.html", Kind.CALL_CENTRE: "base_staff.html", Kind.INSURER: "base_staff.html"}
SIZE = 50


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    claim: Claim
    firm: str
    age: timedelta
    late: bool
    tone: str


@require_safe
@open_to(Kind.INSURER, Kind.CALL_CENTRE)
def claim_list(request: ActingRequest) -> HttpResponse:
    """What waits for whom, oldest first."""
    tabs = TABS if request.acting.kind == Kind.INSURER else DESK_TABS
    show = request.GET.get("show", "")
    show = show if show in tabs else ""
    now, claims = timezone.now(), claims_in_reach().select_related("tenant")
    if request.acting.kind == Kind.INSURER:
        claims = claims_in_reach()
    claims = claims.filter(state__in=tabs[show][1]).order_by("submitted_at", "made_at", "pk")
    arrangement = Arrangement(_columns(insurer=request.acting.kind == Kind.INSURER), request.GET)
    page = CutPaginator(arrangement.rows(claims), SIZE).get_page(request.GET.get("page"))
    rows, sums = _rows(page.object_list, now), claims_sum(claims, late_since=now - LATE)
    audit_record_for(
        sorted({row.claim.tenant_id for row in rows}) or [None], code="claims.viewed", subject="claims", show=show
    )
    context = {
        "rows": rows,
        "page": page,
        "billable": billable_jobs() if show == "" and request.acting.kind == Kind.CALL_CENTRE else [],
        "may_write": request.acting.may_write,
        "tabs": _tabs(tabs, show, arrangement),
        "arrangement": arrangement,
        "part_sorted": arrangement.is_part_sorted(page.paginator.count),
        "saved": saved_filters(request, Place.CLAIMS, "insurance:claims", "insurance:filters"),
        "late": sums.late,
        "total_yen": sums.asked_yen,
        "mine": show == "",
        "insurer": request.acting.kind == Kind.INSURER,
        "payer_missing": request.acting.kind == Kind.INSURER and request.acting.may_write and _payer_missing(),
        "owner": request.acting.role == "owner",
        "now": now,
    }
    return render(request, "insurance/claims.html", context)


@require_POST
@open_to(Kind.INSURER, Kind.CALL_CENTRE)
def filters(request: ActingRequest) -> HttpResponse:
    """Keep the view the list of claims has, or forget one."""
    return filter_kept(request, Place.CLAIMS, "insurance:claims")


def _columns(*, insurer: bool) -> tuple[Column, ...]:
    """An insurer reads the names of firms from its claims' cards, which are no field to sort by."""
    return (
        Column("firm", gettext_lazy("会社"), None if insurer else name_of("tenant_id")),
        Column("asked", gettext_lazy("保険への請求"), "asked_yen", numeric=True),
        Column("billed", gettext_lazy("請求書の額"), "claimed_yen", numeric=True),
        Column("vendor", gettext_lazy("事業者"), name_of("vendor_id")),
        Column("age", gettext_lazy("経過した時間"), Coalesce("submitted_at", "made_at"), turned=True),
        Column("state", gettext_lazy("状態"), "state"),
    )


def _payer_missing() -> bool:
    payer = claim_payer()
    return payer is None or not payer.client_code


def _rows(claims: Iterable[Claim], now: datetime) -> list[Row]:
    listed, rows = list(claims), []
    cards = claim_cards(claim.pk for claim in listed)
    for claim in listed:
        card = cards.get(claim.pk)
        age = now - (claim.submitted_at or claim.made_at)
        late = age > LATE and claim.state not in FINAL
        firm = card.firm if card else claim.tenant.name
        rows.append(Row(claim, firm, age, late, wording.TONES[ClaimState(claim.state)]))
    return rows


def _tabs(tabs: dict[str, Any], show: str, arrangement: Arrangement) -> list[dict[str, Any]]:
    counts = claims_by_state()
    return [
        {
            "label": label,
            "href": arrangement.address([("show", key)]),
            "current": key == show,
            "count": sum(counts.get(state, 0) for state in states),
        }
        for key, (label, states) in tabs.items()
    ]


CLAIM_REFUSALS: RefusalWords = {
    services.NothingBilled: gettext_lazy("この作業の請求書がまだありません。事業者が請求書を出すと、請求できます。"),
    services.ClaimExists: gettext_lazy("この作業の保険請求は、もうあります。"),
    ReasonMissing: gettext_lazy("理由を書いてください。何も変えていません。"),
    AmountWrong: gettext_lazy("支払額は1円から請求額までの数字で書いてください。何も変えていません。"),
    ValueError: gettext_lazy("入力を確かめてください。何も変えていません。"),
}


def _cover_words(job: Job | None, refusal: services.ClaimRefused) -> str:
    return refusal_words(refusal.verdict, cover_of_job(job=job) if job else None)


@require_POST
@open_to(Kind.SME, Kind.CALL_CENTRE)
def claim_new(request: ActingRequest, tenant_id: int, job_id: int) -> HttpResponse:
    """Make the claim of a job in one step."""
    job = get_object_or_404(jobs().filter(tenant_id=tenant_id), pk=job_id)
    with refusals_shown(request, {**CLAIM_REFUSALS, services.ClaimRefused: partial(_cover_words, job)}):
        claim = services.claim_make(job=job, by=request.user, now=timezone.now())
        messages.success(request, _("請求の下書きを作りました。内容を確かめて、保険会社へ送ってください。"))
        return redirect("insurance:claim", claim.pk)
    return redirect("insurance:claims" if request.acting.kind == Kind.CALL_CENTRE else published("home"))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.INSURER, Kind.CALL_CENTRE, Kind.SME)
def claim(request: ActingRequest, claim_id: int) -> HttpResponse:
    """Everything about one claim, and what the reader may do with it now."""
    claim = get_object_or_404(claims_in_reach().select_related("insurer", "policy"), pk=claim_id)
    if request.method == "POST":
        return _act(request, claim)
    party, state = PARTIES[request.acting.kind], ClaimState(claim.state)
    links = evidence_links(claim)
    broken = broken_at(links)
    card = claim_cards([claim.pk]).get(claim.pk)
    if party is not Party.FIRM:
        audit_record_for([claim.tenant_id], code="claim.viewed", subject=f"claim:{claim.number}")
    compared = "".join(request.GET.get("hash", "").split()).lower()
    context = {
        "layout": LAYOUTS[Kind(request.acting.kind)],
        "claim": claim,
        "firm": firm_of(claim),
        "incident": card.incident_number if card else _incident_number(claim),
        "card": card,
        "tone": wording.TONES[state],
        "plain": wording.PLAIN[state],
        "insurer_yen": claim.asked_yen if claim.approved_yen is None else claim.approved_yen,
        "may": {to.value for to, move in CLAIM_MOVES[state].items() if party in move.by and request.acting.may_write},
        "talk": state not in FINAL | {ClaimState.DRAFT} and party is not Party.FIRM and request.acting.may_write,
        "checks": wording.checks(claim, links, intact=broken is None) if links else [],
        "parts": [(wording.link_title(link), wording.link_facts(link), link) for link in links],
        "files": [link.data for link in links if link.kind == "file"],
        "compared": compared,
        "same": compared == claim.chain_sha256,
        "history": _history(claim),
        "staff": party is not Party.FIRM,
        "may_write": request.acting.may_write,
        "party": party.value,
        "question": _question(claim),
        "accounts": claim_accounts().get(claim.pk) if party is not Party.FIRM and state not in FINAL else None,
        "today": localdate(),
    }
    return render(request, "insurance/claim.html", context)


def _incident_number(claim: Claim) -> int:
    number: int = claim.incident.number
    return number


def _history(claim: Claim) -> list[dict[str, Any]]:
    lines = []
    for message in claim.messages.select_related("organisation"):
        moved = message.kind == ClaimMessage.Kind.MOVE
        tone = wording.TONES[ClaimState(message.state)] if moved else "info"
        lines.append(
            {
                "at": message.at,
                "title": message.get_state_display() if moved else message.get_kind_display(),
                "text": message.text,
                "who": message.organisation.name if message.organisation else "",
                "tone": tone,
                "shape": "info",
            }
        )
    return lines


def _question(claim: Claim) -> str:
    """What the insurer asked last, while it waits for the answer."""
    if claim.state != ClaimState.RETURNED:
        return ""
    return claim.reason


def _act(request: ActingRequest, claim: Claim) -> HttpResponse:
    action, text, now = request.POST.get("action", ""), request.POST.get("text", "").strip(), timezone.now()
    party = PARTIES[request.acting.kind]
    job = jobs().filter(pk=claim.job_id).first()
    with refusals_shown(request, {**CLAIM_REFUSALS, services.ClaimRefused: partial(_cover_words, job)}):
        with transaction.atomic():
            done = _done(action, claim, party, text, request.POST, now)
        messages.success(request, done)
    return redirect("insurance:claim", claim.pk)


def _done(action: str, claim: Claim, party: Party, text: str, form: Any, now: datetime) -> str:
    """Carry out the action. → the message to show. Raises the services' errors, MoveRefused for an unknown action."""
    pk = claim.pk
    if action == "submit" and party is not Party.INSURER:
        services.claim_submit(claim_id=pk, party=party, now=now, answer=text)
        return _("保険会社へ送りました。")
    if action == "withdraw" and party is not Party.INSURER:
        services.claim_withdraw(claim_id=pk, party=party, reason=text, now=now)
        return _("請求を取り下げました。今年度の権利は残ります。")
    if action == "ask_account" and party is not Party.FIRM:
        mailed = services.account_ask(claim_id=pk, now=now)
        return _("事業者に、振込口座の登録をメールで頼みました。") if mailed else _("事業者の口座は登録済みです。")
    if action == "say" and party is not Party.FIRM:
        services.claim_ask(claim_id=pk, party=party, text=text, now=now)
        return _("書き込みました。")
    if party is not Party.INSURER:
        raise MoveRefused(action)
    if action == "approve":
        amount = int(form.get("amount") or claim.asked_yen)
        services.claim_decide(claim_id=pk, to=ClaimState.APPROVED, now=now, reason=text, approved_yen=amount)
        return _("支払いを決めました。振込データに入ります。")
    if action == "pay":
        services.claim_pay(claim_id=pk, paid_on=date.fromisoformat(form.get("paid_on", "")), now=now)
        return _("支払い済みにしました。")
    if action in ("return", "reject"):
        to = ClaimState.RETURNED if action == "return" else ClaimState.REJECTED
        services.claim_decide(claim_id=pk, to=to, now=now, reason=text)
        return _("質問を付けて差し戻しました。") if action == "return" else _("支払わないことにしました。")
    raise MoveRefused(action)
