"""The entitlement in words, ready for `insurance/_entitlement.html`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from insurance.claim_rules import HOLDING, ClaimState
from insurance.models import Claim
from insurance.models.claim import CLAIM_STATES
from insurance.rules import Verdict
from insurance.selectors import Cover, claims_of_incident, claims_of_year
from insurance.wording import OF_VENDOR, PLAIN, TONES

REASONS = {
    Verdict.ELIGIBLE: _("重要度 高(★★★)のお知らせを受けたインシデントなので、初動対応の費用は付帯保険の対象です。"),
    Verdict.NOT_HIGH: _("重要度 高(★★★)のお知らせではないため、付帯保険の対象ではありません。"),
    Verdict.BY_HAND: _(
        "重要度 高(★★★)のお知らせではなく、人の判断・会社の希望・事業の方針で受け付けたインシデントのため、"
        "付帯保険の対象ではありません。費用は会社の負担です。"
        "あとから重要度 高(★★★)のお知らせになれば、その時から対象になります。"
    ),
    Verdict.NO_POLICY: _("付帯保険の条件がまだ登録されていません。相談窓口に確認してください。"),
    Verdict.OUTSIDE_CONTRACT: _("契約期間の外のため、付帯保険の対象ではありません。"),
    Verdict.VENDOR_NOT_LISTED: _(
        "この事業の登録事業者ではないため、付帯保険の対象ではありません。登録事業者に頼むと対象になります。"
    ),
    Verdict.REMOTE_NOT_COVERED: _("遠隔での対応は付帯保険の対象ではありません。訪問での対応は対象になります。"),
    Verdict.USED_UP: _("今年度の付帯保険はすでに使われています。"),
}


def entitlement_context(cover: Cover) -> dict[str, Any]:
    """Variables of the template."""
    claims = _claims(cover)
    return {
        "cover": cover,
        "claims": claims,
        "claimed": any(claim.slot for claim, _tone, _plain in claims) or _own_holds(cover),
        "own_claim": _own_claim(cover),
        "left": cover.entitlement,
        "used": used_words(cover),
        "eligible": cover.verdict is Verdict.ELIGIBLE,
        "reason": REASONS[cover.verdict] if cover.verdict else "",
    }


def next_day(cover: Cover) -> date | None:
    """From when the cover may pay again, as long as the contract goes on; None: it may pay today, or nobody can say."""
    left = cover.entitlement
    if left.year is None or left.terms is None or left.claims_left:
        return None
    return left.year.last + timedelta(days=1)


def used_words(cover: Cover) -> str:
    """By which claims the year is used, and from when the cover may pay again; "" while nothing is used."""
    left = cover.entitlement
    used = {"claims": claims_of_year(cover), "next_day": next_day(cover), "left": left}
    return render_to_string("insurance/_used.txt", used).strip() if left.claims_used else ""


def refusal_words(verdict: Verdict, cover: Cover | None) -> str:
    """Why the cover does not pay; for a used-up year also which claims used it, and until when."""
    used = used_words(cover) if verdict is Verdict.USED_UP and cover is not None else ""
    return f"{REASONS[verdict]}{used}"


def _claims(cover: Cover) -> list[tuple[Claim, str, Any]]:
    """The incident's claims the reader may see: (claim, tone, where it stands in plain words)."""
    if cover.incident is None:
        return []
    claims = claims_of_incident(cover.incident)
    return [(claim, TONES[ClaimState(claim.state)], PLAIN[ClaimState(claim.state)]) for claim in claims]


def _own_holds(cover: Cover) -> bool:
    return cover.own_claim is not None and cover.own_claim[0] in HOLDING


def _own_claim(cover: Cover) -> dict[str, Any] | None:
    """Where the claim of a vendor's job stands, for the vendor."""
    if cover.own_claim is None:
        return None
    state, yen = cover.own_claim
    return {"state": dict(CLAIM_STATES)[state.value], "tone": TONES[state], "plain": OF_VENDOR[state], "yen": yen}


def entitlement_render(cover: Cover) -> SafeString:
    """The fragment as HTML, for pages of rooms above."""
    return render_to_string("insurance/_entitlement.html", entitlement_context(cover))
