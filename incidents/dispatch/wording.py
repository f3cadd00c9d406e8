"""Words of the help chain: why a vendor fits or not, the lines of a job's course."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.dispatch.matching import Because, Fit, Reason
from incidents.dispatch.visits import Question

WEEKDAYS = (
    gettext_lazy("月曜"),
    gettext_lazy("火曜"),
    gettext_lazy("水曜"),
    gettext_lazy("木曜"),
    gettext_lazy("金曜"),
    gettext_lazy("土曜"),
    gettext_lazy("日曜"),
)
FITS = {
    Fit.YES: gettext_lazy("対応できます"),
    Fit.ASK: gettext_lazy("直接ご確認ください"),
    Fit.NO: gettext_lazy("今回は対応できません"),
}
QUESTION_WORDS = {
    Question.BOX: gettext_lazy("センサーの箱は届いていますか。"),
    Question.OTHER: gettext_lazy("ほかのセキュリティ製品(UTMなど)が付いていますか。"),
    Question.PASSWORDS: gettext_lazy("ルーターやプロバイダーのパスワードは分かりますか。"),
}
QUESTION_HELP = {
    Question.BOX: gettext_lazy("届いてから日時を決めます。届いていないと作業ができません。"),
    Question.OTHER: gettext_lazy("付いていても伺えます。つなぎ方を先に考えるために伺います。"),
    Question.PASSWORDS: gettext_lazy("契約の書類に書いてあります。見つからないときは相談窓口へお電話ください。"),
}


def clock(minutes: int) -> str:
    """Minutes of the day as 9:00."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def reason_text(because: Because) -> str:
    """A reason of the list in plain words, in the language in force."""
    return _WORDS[because.reason](because.values)


def _area(values: Any) -> str:
    if values["whole"]:
        return _("%(prefecture)sの全域に伺えます") % {"prefecture": values["prefecture"]}
    return _("%(words)sに伺えます") % {"words": values["words"] or values["prefecture"]}


def _told(values: Any) -> str:
    return str(values["words"] or _("この地域は相談"))


_WORDS: dict[Reason, Callable[[Any], str]] = {
    Reason.REMOTE: lambda v: _("遠隔なので、どの地域でも対応できます"),
    Reason.AREA: _area,
    Reason.AREA_NO: lambda v: _("この地域には対応していません"),
    Reason.AREA_ASK: lambda v: _("%(words)s（直接ご確認ください）") % {"words": _told(v)},
    Reason.AREA_STATION: lambda v: _("%(words)s（駅から歩ける場所か、直接ご確認ください）") % {"words": _told(v)},
    Reason.PLACE_UNKNOWN: lambda v: _("会社の市区町村が登録されていないため、直接ご確認ください"),
    Reason.KIND_NO: lambda v: _("この種類の作業は受けていません"),
    Reason.DAY_NO: lambda v: _("%(day)sは対応できません") % {"day": WEEKDAYS[v["weekday"]]},
    Reason.HOLIDAY_NO: lambda v: _("祝日は対応できません"),
    Reason.YEAR_END_NO: lambda v: _("12月29日から1月3日は対応できません"),
    Reason.DAYS_ASK: lambda v: _("対応できる曜日は直接ご確認ください"),
    Reason.HOURS_NO: lambda v: _("対応できる時間は%(opens)s〜%(closes)sです") % _span(v),
    Reason.TIME: lambda v: _("ご希望の日時に対応できます（%(opens)s〜%(closes)s）") % _span(v),
    Reason.FULL: lambda v: _("この週は予定がいっぱいのため、直接ご確認ください"),
    Reason.ASK_FIRST: lambda v: _("引き受ける前に、電話での確認を希望しています"),
    Reason.DECLINED: lambda v: _("今回は、すでに辞退か期限切れになっています"),
    Reason.UNLISTED: lambda v: _("この事業の登録事業者ではないため、付帯保険の対象になりません"),
}


def _span(values: Any) -> dict[str, str]:
    return {"opens": clock(values["opens"]), "closes": clock(values["closes"])}
