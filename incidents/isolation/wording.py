"""Isolations in plain words: lines of the timeline, and why a machine is not cut off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sensors.isolation_rules import Why
from sensors.models import Isolation
from web.templatetags.formats import jst

WHY_NOT: dict[Why, Any] = {
    Why.ROUTER: gettext_lazy("これはルーターです。会社全体のインターネットが止まるため、切り離しません。"),
    Why.BOX_UNABLE: gettext_lazy("このセンサーでは、まだ切り離せません。LANケーブルを抜くか、Wi-Fiを切ってください。"),
    Why.BOX_MISPLACED: gettext_lazy(
        "センサーのつなぎ方が正しくないため、切り離せません。LANケーブルを抜くか、Wi-Fiを切ってください。"
    ),
    Why.NO_BOX: gettext_lazy(
        "センサーが使われていないため、切り離せません。LANケーブルを抜くか、Wi-Fiを切ってください。"
    ),
}
# Codes of sensor_agent.isolator.refusal.
_BOX_SAID: dict[str, Any] = {
    "own": gettext_lazy("これはセンサー自身です。"),
    "router": gettext_lazy("これはルーターです。会社全体のインターネットが止まるため、切り離しません。"),
    "router_side": gettext_lazy(
        "センサーよりルーター側にある機器です(ルーターのWi-Fiなど)。"
        "センサーでは止められないので、Wi-Fiを切るか、LANケーブルを抜いてください。"
    ),
    "swapped": gettext_lazy("センサーの2本のケーブルが逆につながっています。LANケーブルを抜いてください。"),
    "above_router": gettext_lazy("センサーがルーターより回線側にあります。LANケーブルを抜いてください。"),
}
PARTIES: dict[str, Any] = {
    "firm": gettext_lazy("会社"),
    "desk": gettext_lazy("相談窓口"),
    "analyst": gettext_lazy("監視担当"),
    "vendor": gettext_lazy("作業した事業者"),
}
_AGREED: dict[str, Any] = {
    Isolation.Way.PAGE: gettext_lazy("会社の画面から、「%(machine)s」をインターネットから切り離すことにしました。"),
    Isolation.Way.MAIL: gettext_lazy(
        "メールのリンクから、「%(machine)s」をインターネットから切り離すことにしました(宛先 %(words)s)。"
    ),
    Isolation.Way.NIGHT: gettext_lazy(
        "会社の夜間の同意にもとづいて、「%(machine)s」をインターネットから切り離すことにしました。"
    ),
    Isolation.Way.PHONE: gettext_lazy(
        "電話での同意(%(words)s)にもとづいて、「%(machine)s」をインターネットから切り離すことにしました。"
    ),
}


def box_said(problem: str) -> str:
    """Why a box did not cut a machine off."""
    return str(
        _BOX_SAID.get(problem, _("センサーで実行できませんでした。LANケーブルを抜くか、Wi-Fiを切ってください。"))
    )


def isolation_line(code: str, data: dict[str, Any]) -> str:
    """One sentence of the timeline; unknown codes give the code itself."""
    line = _LINES.get(code)
    return line(data) if line else code


def _wished(data: dict[str, Any]) -> str:
    words = {"who": PARTIES.get(data.get("party", ""), ""), **data}
    return _("%(who)sが、「%(machine)s」をインターネットから切り離すことをすすめました。理由: %(reason)s") % words


def _agreed(data: dict[str, Any]) -> str:
    line = _AGREED.get(data.get("way", ""))
    return str(line) % {"words": "", **data} if line else ""


def _applied(data: dict[str, Any]) -> str:
    words = {**data, "until": _moment(data.get("until"))}
    return _("センサーが「%(machine)s」をインターネットから切り離しました(%(until)sまで)。") % words


def _released(data: dict[str, Any]) -> str:
    words = {"who": PARTIES.get(data.get("party", ""), ""), **data}
    if data.get("on_box"):
        return _("%(who)sが、「%(machine)s」をインターネットに戻す指示を出しました。") % words
    return _("%(who)sが、「%(machine)s」の切り離しをやめました。") % words


def _refused(data: dict[str, Any]) -> str:
    words = {**data, "why": box_said(str(data.get("problem", "")))}
    return _("センサーは「%(machine)s」を切り離しませんでした。%(why)s") % words


def _ended(data: dict[str, Any]) -> str:
    return _("センサーが「%(machine)s」をインターネットに戻しました。") % data


def _expired(data: dict[str, Any]) -> str:
    if data.get("on_box"):
        return _("期限になり、「%(machine)s」はインターネットに戻りました。") % data
    return _("期限までに切り離しは始まりませんでした(「%(machine)s」)。") % data


def _moment(text: object) -> str:
    return jst(datetime.fromisoformat(str(text))) if text else ""


_LINES = {
    "wished": _wished,
    "agreed": _agreed,
    "applied": _applied,
    "released": _released,
    "refused": _refused,
    "ended": _ended,
    "expired": _expired,
}
