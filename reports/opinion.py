"""How satisfied a firm may say it is with its report: the steps of KMM 図67, plain data."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Opinion(StrEnum):
    """From satisfied to not; the source counts the first two together (57% of the firms)."""

    SATISFIED = "satisfied"
    RATHER = "rather"
    NEITHER = "neither"
    RATHER_NOT = "rather_not"
    NOT = "not"


class Way(StrEnum):
    """How it came."""

    PAGE = "page"  # a person of the firm, logged in
    MAIL = "mail"  # whoever holds the link of the mail


OPINIONS = [
    (Opinion.SATISFIED.value, _("満足")),
    (Opinion.RATHER.value, _("やや満足")),
    (Opinion.NEITHER.value, _("どちらとも言えない")),
    (Opinion.RATHER_NOT.value, _("やや不満")),
    (Opinion.NOT.value, _("不満")),
]
_CODES = {step.value: step for step in Opinion}
GOOD = (Opinion.SATISFIED.value, Opinion.RATHER.value)
WAYS = [(Way.PAGE.value, _("会社の画面")), (Way.MAIL.value, _("メールのリンク"))]


def opinion_of(code: str) -> Opinion | None:
    """The step with this code; None: there is none."""
    return _CODES.get(code)
