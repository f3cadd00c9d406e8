"""Lines of an incident's timeline in plain words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from incidents.core.rules import ANSWER_CHANGED
from incidents.dispatch.wording import job_line
from incidents.isolation.wording import isolation_line
from incidents.models import ANSWERS, INCIDENT_STATES, IncidentEvent

_STATE_NAMES = dict(INCIDENT_STATES)
_ANSWER_NAMES = dict(ANSWERS)


def event_text(event: IncidentEvent) -> str:
    """One sentence for an event, in the language in force; unknown codes give the code itself."""
    if event.code.startswith("job_"):
        return job_line(event.code.removeprefix("job_"), event.data)
    if event.code.startswith("isolation_"):
        return isolation_line(event.code.removeprefix("isolation_"), event.data)
    line = _LINES.get(event.code)
    return line(event.data) if line else event.code


def _opened(data: dict[str, Any]) -> str:
    return _("監視が検知し、受け付けました(%(count)s回)。") % {"count": data.get("count", 1)}


def _escalated(data: dict[str, Any]) -> str:
    return _("監視担当の判断で受け付けました。理由: %(reason)s") % {"reason": data.get("reason", "")}


def _joined(data: dict[str, Any]) -> str:
    return _("同じ端末で同じ種類の検知が続いています(%(count)s回)。") % {"count": data.get("count", 1)}


def _recurred(data: dict[str, Any]) -> str:
    return _("終了したインシデント %(number)s番と同じ検知がまた見つかりました。") % {"number": data.get("previous", "")}


def _rose(_data: dict[str, Any]) -> str:
    return _("検知が続き、重要度 高(★★★)に上がりました。")


def _mailed(_data: dict[str, Any]) -> str:
    return _("すぐに行うことを書いたメールを、会社の連絡先へ送る手配をしました。")


def _moved(data: dict[str, Any]) -> str:
    state = _STATE_NAMES.get(str(data.get("to", "")), "")
    sentence = _("状態が「%(state)s」になりました。") % {"state": state}
    return f"{sentence}{data['note']}" if data.get("note") else sentence


def _task_done(data: dict[str, Any]) -> str:
    return _("相談窓口の対応が終わりました。%(outcome)s") % {"outcome": data.get("outcome", "")}


def _reopened(data: dict[str, Any]) -> str:
    if data.get("reason") == ANSWER_CHANGED:
        return _("会社の答えが変わったため、もう一度、受け付けました。")
    if data.get("reason"):
        return _("もう一度、受け付けました。理由: %(reason)s") % {"reason": data["reason"]}
    if data.get("old") == "watching":
        return _("様子を見ている間に、同じ検知がまた見つかりました。もう一度、受け付けました。")
    return _("終了したあとに、同じ検知がまた見つかりました。もう一度、受け付けました。")


def _watched(data: dict[str, Any]) -> str:
    sentence = _("%(day)sまで、同じことが起きないか様子を見ます。") % {"day": _day(data.get("until"))}
    return f"{sentence}{data['note']}" if data.get("note") else sentence


def _stopped(data: dict[str, Any]) -> str:
    if not data.get("last"):
        sentence = _("%(days)s日の間、様子を見ました。新しいお知らせはなく、この件を終了しました。")
        return sentence % {"days": data.get("days", "")}
    sentence = _("検知は%(day)sを最後に止まりました。%(days)s日の間、様子を見て、この件を終了しました。")
    return sentence % {"day": _day(data["last"]), "days": data.get("days", "")}


def _merged(data: dict[str, Any]) -> str:
    sentence = _("同じ件のため、インシデント %(number)s番にまとめました。理由: %(reason)s")
    return sentence % {"number": data.get("into", ""), "reason": data.get("reason", "")}


def _absorbed(data: dict[str, Any]) -> str:
    sentence = _("同じ件のため、インシデント %(number)s番をこの件にまとめました。理由: %(reason)s")
    return sentence % {"number": data.get("number", ""), "reason": data.get("reason", "")}


def _detached(data: dict[str, Any]) -> str:
    return _("この件と関係のない検知を1件外しました。理由: %(reason)s") % {"reason": data.get("reason", "")}


def _attached(data: dict[str, Any]) -> str:
    sentence = _("この件の検知として1件を加えました(%(count)s回)。理由: %(reason)s")
    return sentence % {"count": data.get("count", 1), "reason": data.get("reason", "")}


def _call_booked(data: dict[str, Any]) -> str:
    return _("相談窓口からの電話を、%(when)sに予約しました。") % {"when": _moment(data.get("when"))}


def _answered(data: dict[str, Any]) -> str:
    words = _ANSWER_NAMES.get(str(data.get("answer", "")), "")
    return _("会社から答えがありました: %(answer)s。") % {"answer": words}


def _by_desk(data: dict[str, Any]) -> str:
    return _("相談窓口の判断で受け付けました。理由: %(reason)s") % {"reason": data.get("reason", "")}


def _wished(data: dict[str, Any]) -> str:
    return _("会社のご希望で受け付けました。%(reason)s") % {"reason": data.get("reason", "")}


def _day(moment: object) -> str:
    return date_format(localtime(datetime.fromisoformat(str(moment)))) if moment else ""


def _watch_opened(data: dict[str, Any]) -> str:
    return _("検査のあと、同じ検知が起きないかを見張っています(%(until)sまで)。") % {
        "until": _moment(data.get("until"))
    }


def _watch_quiet(data: dict[str, Any]) -> str:
    if not data.get("stopped_at"):
        return _("見張りの間、同じ検知は起きませんでした。")
    return _("検知は %(at)s を最後に止まり、見張りの間は起きませんでした。") % {"at": _moment(data["stopped_at"])}


def _watch_recurred(data: dict[str, Any]) -> str:
    return _("見張りの間に、同じ機器で同じ検知がまた起きました(%(at)s)。") % {"at": _moment(data.get("at"))}


def _moment(moment: object) -> str:
    return date_format(localtime(datetime.fromisoformat(str(moment))), "DATETIME_FORMAT") if moment else ""


def _breach_noted(data: dict[str, Any]) -> str:
    aware = {"day": _date(data.get("aware_on"))}
    sentence = _("会社が、個人情報の漏えいのおそれを知った日を %(day)s と記録しました。") % aware
    if data.get("final_on"):
        return sentence + _("国への確報を %(day)s に出しました。") % {"day": _date(data["final_on"])}
    if data.get("quick_on"):
        sentence += _("国への速報を %(day)s に出しました。") % {"day": _date(data["quick_on"])}
    elif data.get("quick_until"):
        sentence += _("国への速報の目安は %(day)s までです。") % {"day": _date(data["quick_until"])}
    if data.get("final_until"):
        return sentence + _("確報の期限は %(day)s です。") % {"day": _date(data["final_until"])}
    return sentence + _("報告が要る事態には当てはまらないとしています。")


def _date(day: object) -> str:
    return date_format(date.fromisoformat(str(day))) if day else ""


_LINES = {
    "answered": _answered,
    "breach_noted": _breach_noted,
    "call_booked": _call_booked,
    "reopened": _reopened,
    "watched": _watched,
    "watch_opened": _watch_opened,
    "watch_quiet": _watch_quiet,
    "watch_recurred": _watch_recurred,
    "stopped": _stopped,
    "merged": _merged,
    "absorbed": _absorbed,
    "attached": _attached,
    "detached": _detached,
    "opened_by_desk": _by_desk,
    "wished": _wished,
    "opened": _opened,
    "escalated": _escalated,
    "joined": _joined,
    "recurred": _recurred,
    "rose": _rose,
    "mailed": _mailed,
    "moved": _moved,
    "task_done": _task_done,
}
