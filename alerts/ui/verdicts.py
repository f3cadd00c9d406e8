"""The verdicts that pages offer: each with its key and its usual reasons, or in the person's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from alerts.judging import MOST_TOGETHER, Together, group_judge, judged_with, series_judge, undecided_like
from alerts.models import AlertGroup
from alerts.models.judgement import Basis, JudgedAs, Verdict
from base.moves import ReasonMissing
from base.refusals import Refusal
from tenants.ui.guard import ActingRequest, Kind
from web.refusals import RefusalWords

USUAL: dict[Verdict, tuple[str, tuple[Basis, ...]]] = {
    Verdict.TRUE_POSITIVE: ("t", (Basis.CALLBACK, Basis.INFECTED, Basis.REACHED, Basis.LEAKED)),
    Verdict.FALSE_POSITIVE: ("f", (Basis.BUSINESS, Basis.UPDATE, Basis.TRIAL, Basis.WIDE_RULE)),
    Verdict.UNSURE: ("u", (Basis.FEW_FACTS, Basis.ASK_FIRM, Basis.MAY_GO_ON)),
}
# Without a usual reason: the person writes why.
IN_WORDS = (Verdict.HARMLESS, Verdict.DEALT_WITH, Verdict.OPEN_AGAIN)


class NothingChosen(Refusal):
    """The form came without a verdict, or with one that does not exist."""


JUDGING_REFUSALS: RefusalWords = {
    ReasonMissing: gettext_lazy("理由を選ぶか、書いてください。まだ記録していません。"),
    NothingChosen: gettext_lazy("判断を選んでください。まだ記録していません。"),
}


@dataclass(frozen=True)
class Choice:
    """What a button of the form stands for: `true_positive:callback`, or `harmless:` with own words."""

    verdict: Verdict
    basis: Basis | None


def choice_of(request: HttpRequest) -> Choice:
    """The verdict a person chose. Raises NothingChosen."""
    verdict, _, basis = request.POST.get("choice", "").partition(":")
    if verdict not in Verdict.values or (basis and basis not in Basis.values):
        raise NothingChosen(verdict)
    return Choice(Verdict(verdict), Basis(basis) if basis else None)


def judged_as(request: ActingRequest) -> JudgedAs:
    """As whom the acting person judges."""
    return JudgedAs.WATCH if request.acting.kind == Kind.SOC else JudgedAs.DESK


def judged(request: ActingRequest, group: AlertGroup, most: int = MOST_TOGETHER) -> Together:
    """Store what the form says of a group, where it asks for that of its series too. Raises what group_judge raises."""
    choice = choice_of(request)
    judgement: dict[str, Any] = {
        "group": group,
        "verdict": choice.verdict,
        "basis": choice.basis,
        "reason": request.POST.get("reason", ""),
        "by": request.acting.user,
        "by_role": judged_as(request),
        "now": timezone.now(),
    }
    if request.POST.get("series"):
        return series_judge(**judgement, most=most)
    group_judge(**judgement)
    return Together(0, 0)


def together_words(group: AlertGroup) -> str:
    """What the form offers to judge with a group; "" when it is alone."""
    others = undecided_like(group).count()
    if others > MOST_TOGETHER:
        words = gettext("同じ件(同じ脅威・向き・機器)のまだ判断していない検知も判断する(%(n)s件のうち新しい%(most)s件)")
        return words % {"n": f"{others:,}", "most": MOST_TOGETHER}
    if others:
        words = gettext("同じ件(同じ脅威・向き・機器)のまだ判断していない検知 %(n)s件も、いっしょに判断する")
        return words % {"n": others}
    with_it = judged_with(group).count()
    words = gettext("いっしょに判断した%(n)s件も、同じように判断を取り消す(「まだ確認が必要」を選ぶとき)")
    return words % {"n": f"{with_it:,}"} if with_it else ""


def verdicts_offered() -> dict[str, Any]:
    """For templates/soc/_verdicts.html: every verdict with its key, its button's value and its usual reasons."""
    return {
        "usual": [
            {
                "label": verdict.label,
                "key": key,
                "value": f"{verdict}:",
                "reasons": [(number, f"{verdict}:{basis}", basis.label) for number, basis in enumerate(bases, 1)],
            }
            for verdict, (key, bases) in USUAL.items()
        ],
        "in_words": [(f"{verdict}:", verdict.label) for verdict in IN_WORDS],
    }
