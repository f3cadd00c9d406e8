"""What the office's tables of its work count (reports.office_tables), in words, and what their percentages are of."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.office_tables import MEASURES, Measure


@dataclass(frozen=True)
class WorkTable:
    """A table of the office's work with its rule."""

    measure: Measure
    definition: str | Promise
    denominator: str | Promise


# In the order of the tables.
_RULES = (
    (
        "calls",
        _("窓口にかかった電話を、かかった月で数えます。相談にしなかった電話も入ります。"),
        _("応答率は、入電件数。"),
    ),
    (
        "mails",
        _("窓口に届いたメールを、届いた月で数えます。"),
        _("割合は出しません。"),
    ),
    (
        "solutions",
        _("期間の中で解決した相談を、内容と、解決した手段で数えます。"),
        _("内容ごとの件数。"),
    ),
    (
        "summary",
        _("期間の中で窓口が手をつけた相談、対応したインシデント、始めた訪問を数えます。"),
        _("割合は出しません。"),
    ),
    (
        "speed",
        _("期間の中に受け付け、事業者が作業を始めたインシデントを、始めるまでの日数で数えます。"),
        _("事業者が作業を始めたインシデント。"),
    ),
    (
        "minutes",
        _("期間の中に始めた作業の記録を、種別ごとに足します。"),
        _("すべての分。"),
    ),
    (
        "desk",
        _("期間の中にお願いした、窓口の評価への答えを数えます。"),
        _("回答数(n)。"),
    ),
    (
        "vendor",
        _("期間の中にお願いした、事業者の評価への答えを数えます。"),
        _("回答数(n)。"),
    ),
    (
        "incident",
        _("期間の中にお願いした、インシデント対応の評価への答えを数えます。"),
        _("回答数(n)。"),
    ),
    (
        "hearings",
        _("期間の中に、事業者が作業のあとに答えたことを数えます。"),
        _("質問に答えた作業。"),
    ),
    (
        "heard",
        _("期間の中に、会社が対応のあとに答えたことを数えます。"),
        _("質問への答え。"),
    ),
    (
        "answers",
        _("期間の中のお知らせについて、答えごとに、そう答えた会社を数えます。"),
        _("期間の中に参加した会社。"),
    ),
    (
        "report",
        _("期間の月の報告書への、会社の満足度を数えます。1冊に1つの答えです。"),
        _("回答数(n)。"),
    ),
    (
        "pay",
        _("期間の中に出た、事業者の請求書を足します。"),
        _("1時間あたりは、請求書の時間。"),
    ),
)
_TABLES = {measure.code: measure for measure in MEASURES}
WORK = tuple(WorkTable(_TABLES[code], definition, denominator) for code, definition, denominator in _RULES)
