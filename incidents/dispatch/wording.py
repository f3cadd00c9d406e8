"""Words of the help chain: why a vendor fits or not, the lines of a job's course."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.dispatch.matching import Because, Fit, Reason
from incidents.dispatch.visits import Answer, Question, questions_before
from incidents.models import JOB_STATES, Job

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
    Question.PRESENT: gettext_lazy("お知らせに出た機器は、会社にありますか。"),
}
QUESTION_HELP = {
    Question.BOX: gettext_lazy("届いてから日時を決めます。届いていないと作業ができません。"),
    Question.OTHER: gettext_lazy("付いていても伺えます。つなぎ方を先に考えるために伺います。"),
    Question.PASSWORDS: gettext_lazy("契約の書類に書いてあります。見つからないときは相談窓口へお電話ください。"),
    Question.PRESENT: gettext_lazy(
        "探しても見つからないときは「いいえ」です。どの機器か分からないときは、先にいっしょに確かめます。"
    ),
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


def _area_words(values: Any) -> str:
    return str(values["words"] or _("この地域は相談"))


_WORDS: dict[Reason, Callable[[Any], str]] = {
    Reason.REMOTE: lambda v: _("遠隔なので、どの地域でも対応できます"),
    Reason.AREA: _area,
    Reason.AREA_NO: lambda v: _("この地域には対応していません"),
    Reason.AREA_ASK: lambda v: _("%(words)s（直接ご確認ください）") % {"words": _area_words(v)},
    Reason.AREA_STATION: lambda v: _("%(words)s（駅から歩ける場所か、直接ご確認ください）") % {"words": _area_words(v)},
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


JobLine = Callable[[dict[str, Any]], str]


def job_line(code: str, data: dict[str, Any], vendor: str = "") -> str:
    """A line of a job's course as one sentence, in the language in force; unknown codes give the code itself."""
    line = _LINES.get(code)
    return line({**data, "vendor": vendor or data.get("vendor", "")}) if line else code


def state_name(state: str) -> str:
    """A state of a job as people read it."""
    return str(dict(JOB_STATES).get(state, state))


def way_name(way: str) -> str:
    """遠隔 or 訪問."""
    return str(Job.Way(way).label) if way in Job.Way.values else way


def _moved(data: dict[str, Any]) -> str:
    sentence = _("作業の状態が「%(state)s」になりました。") % {"state": state_name(str(data.get("to", "")))}
    return f"{sentence}{data['reason']}" if data.get("reason") else sentence


def _decided(data: dict[str, Any]) -> str:
    values = {"way": way_name(str(data.get("way", ""))), "name": data.get("said_by", "")}
    if data.get("channel") == "phone":
        return _("%(name)sさんが電話で「%(way)s」と決めました。相談窓口が記録しました。") % values
    return _("%(name)sさんが「%(way)s」と決めました。") % values


def _because(sentence: str, data: dict[str, Any]) -> str:
    return sentence + _("理由: %(reason)s") % {"reason": data["reason"]} if data.get("reason") else sentence


def _when(data: dict[str, Any]) -> dict[str, str]:
    moment = data.get("starts_at") or data.get("until")
    when = localtime(datetime.fromisoformat(str(moment))) if moment else None
    return {**data, "at": date_format(when, _("Y年n月j日 H:i")) if when else ""}


_LINES: dict[str, JobLine] = {
    "requested": lambda d: _("作業を依頼しました。"),
    "moved": _moved,
    "decided": _decided,
    "offered": lambda d: _("%(vendor)sに打診しました。返事の期限は%(at)sです。") % _when(d),
    "offer_accepted": lambda d: _("%(vendor)sが引き受けました。") % d,
    "offer_declined": lambda d: _because(_("%(vendor)sは辞退しました。") % d, d),
    "offer_expired": lambda d: _("%(vendor)sから期限までに返事がありませんでした。") % d,
    "offer_withdrawn": lambda d: _("%(vendor)sへの打診を取り下げました。") % d,
    "placed": lambda d: _because(_("事務局が%(vendor)sに決めました。") % d, d),
    "office": lambda d: _because(_("事務局に調整を頼みました。"), d),
    "time_proposed": lambda d: _("日時の候補: %(at)s") % _when(d),
    "time_agreed": lambda d: _("日時が決まりました: %(at)s") % _when(d),
    "time_refused": lambda d: _because(_("候補の日時は都合が合いませんでした: %(at)s") % _when(d), d),
    "time_dropped": lambda d: _because(_("日時を取り消しました: %(at)s") % _when(d), d),
    "checked": lambda d: _("訪問前の確認に答えました。"),
}


ANSWER_WORDS = {
    Answer.YES: gettext_lazy("はい"),
    Answer.NO: gettext_lazy("いいえ"),
    Answer.UNKNOWN: gettext_lazy("分からない"),
}


def question_rows(kind: str, answers: Mapping[str, str], *, on_site: bool) -> list[dict[str, Any]]:
    """What is asked before a visit for a job of this kind, with what was answered (code and words)."""
    return [
        {
            "code": question.value,
            "words": QUESTION_WORDS[question],
            "help": QUESTION_HELP[question],
            "answer": answers.get(question, ""),
            "answer_words": ANSWER_WORDS[Answer(answers[question])] if question in answers else _("まだ答えていません"),
        }
        for question in questions_before(kind, on_site=on_site)
    ]
