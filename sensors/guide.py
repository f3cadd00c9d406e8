"""Where a box goes in a firm's network: three answers give a picture and steps (OSK 3.4.2.1, 4.3.1.1).

One rule: right below the router that holds the provider's settings, above everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

# Question → answers, the first letters of the address's parameters.
LINES = ("router", "gateway", "unknown")
WIFIS = ("router", "point", "none")
BELOW = ("hub", "routers", "none")


@dataclass(frozen=True)
class Answers:
    """`line`: where the provider's settings are; `wifi`: which Wi-Fi is used; `below`: what hangs below that router."""

    line: str
    wifi: str
    below: str


@dataclass(frozen=True)
class Part:
    """A thing in the picture, from the line down. `look`: line, ours, plain, new."""

    label: Any
    note: Any = ""
    look: str = "plain"


@dataclass(frozen=True)
class Picture:
    """The way of a packet from the line to the machines, what hangs below, and what to do."""

    chain: tuple[Part, ...]
    leaves: tuple[Part, ...]
    router_wifi_off: bool
    steps: tuple[Any, ...]
    cautions: tuple[Any, ...]


_LINE = Part(gettext_lazy("光回線"), look="line")
_ONU = Part(gettext_lazy("回線の終端装置(ONU)"), gettext_lazy("電話会社の箱"))
_ROUTER = Part(gettext_lazy("ルーター"), gettext_lazy("プロバイダーのIDが入っている機器"))
_GATEWAY = Part(gettext_lazy("ホームゲートウェイ"), gettext_lazy("電話会社の箱。ルーターと一体"))
_UNKNOWN = Part(gettext_lazy("いちばん回線側のルーター"), gettext_lazy("ここから先に社内の線が出ている機器"))
_BOX = Part(gettext_lazy("センサー"), gettext_lazy("ここに入れます"), "ours")
_HUB = Part(gettext_lazy("ハブ"), gettext_lazy("線を分ける箱"))
_NEW_HUB = Part(gettext_lazy("ハブ"), gettext_lazy("線が2本以上なら用意します"), "new")
_SECOND = Part(gettext_lazy("2台目のルーター"), gettext_lazy("アクセスポイントとして使う設定にします"))
_POINT = Part(gettext_lazy("Wi-Fiの親機"), gettext_lazy("アクセスポイント"))
_NEW_POINT = Part(gettext_lazy("Wi-Fiの親機"), gettext_lazy("Wi-Fiを守るなら用意します"), "new")
_PCS = Part(gettext_lazy("パソコン・プリンター"))
_LINES = {"router": (_LINE, _ONU, _ROUTER), "gateway": (_LINE, _GATEWAY), "unknown": (_LINE, _UNKNOWN)}
_BELOW = {"hub": _HUB, "routers": _SECOND, "none": _NEW_HUB}

UNSEEN = (
    gettext_lazy(
        "暗号化されたページやメールの中身(https、暗号化されたメールの送受信)。相手の名前だけは見えることがあります。"
    ),
    gettext_lazy("センサーより上にあるルーターのWi-Fiを使う通信。"),
    gettext_lazy("社外で使うパソコンやスマートフォンの通信。"),
    gettext_lazy("社内の機器どうしの通信のうち、センサーを通らないもの。"),
)


def answers_read(line: str, wifi: str, below: str) -> Answers | None:
    """The answers when all three are given and known."""
    if line not in LINES or wifi not in WIFIS or below not in BELOW:
        return None
    return Answers(line, wifi, below)


def picture(answers: Answers) -> Picture:
    """Where the box goes."""
    leaves = [_PCS]
    if answers.wifi == "point":
        leaves.append(_POINT)
    elif answers.wifi == "router" and answers.below != "routers":
        leaves.append(_NEW_POINT)
    return Picture(
        chain=(*_LINES[answers.line], _BOX, _BELOW[answers.below]),
        leaves=tuple(leaves),
        router_wifi_off=answers.wifi == "router",
        steps=tuple(_steps(answers)),
        cautions=tuple(_cautions(answers)),
    )


def _steps(answers: Answers) -> list[Any]:
    router = gettext_lazy("ホームゲートウェイ") if answers.line == "gateway" else gettext_lazy("ルーター")
    below = gettext_lazy("2台目のルーター") if answers.below == "routers" else gettext_lazy("ハブ")
    steps = [
        gettext_lazy("作業の間、数分インターネットが止まります。使っている人に声をかけます。"),
        _filled(gettext_lazy("%(below)sへ行くケーブルを、%(router)sから抜きます。"), router=router, below=below),
        gettext_lazy("抜いたケーブルを、センサーの口のひとつに差します。どちらの口でもかまいません。"),
        _filled(gettext_lazy("もう1本のケーブルで、センサーの残りの口と%(router)sをつなぎます。"), router=router),
    ]
    if answers.below == "none":
        steps[1] = _filled(
            gettext_lazy("%(router)sから社内へ行くケーブルを全部抜き、ハブに集めます。1本だけならハブは要りません。"),
            router=router,
        )
        steps[2] = gettext_lazy("ハブ(1本だけならそのケーブル)を、センサーの口のひとつにつなぎます。")
    if answers.wifi == "router" and answers.below == "routers":
        steps.append(gettext_lazy("1台目のルーターのWi-Fiを切り、2台目のルーターのWi-Fiを使います。"))
    elif answers.wifi == "router":
        steps.append(gettext_lazy("ルーターのWi-Fiを切り、Wi-Fiの親機をセンサーより下につなぎます。"))
    if answers.below == "routers":
        steps.append(
            gettext_lazy(
                "2台目のルーターを「アクセスポイント(ブリッジ)モード」にします。端末を見分けられるようになります。"
            )
        )
    steps += [
        gettext_lazy("センサーに画面とキーボードをつなぎ、電源を入れます。"),
        gettext_lazy("otasuke-sensor setup と打ち、聞かれたら紙の利用開始コードを入れます。"),
        gettext_lazy("下の「つながったか確かめる」を見ます。"),
    ]
    return steps


def _cautions(answers: Answers) -> list[Any]:
    cautions = []
    if answers.line == "router":
        cautions.append(gettext_lazy("ONUとルーターの間には入れないでください。そこでは通信の中身を検査できません。"))
    if answers.line == "unknown":
        cautions.append(
            gettext_lazy(
                "電話の線が差さっている電話会社の箱は、ホームゲートウェイのことが多いです。分からなければ、このままつなぐ前にお電話ください。"
            )
        )
    if answers.wifi == "router":
        cautions.append(gettext_lazy("ルーターのWi-Fiを使い続けると、Wi-Fiの端末は守れません。"))
    return cautions


class _Filled:
    """A translated sentence with translated words in it, put together when it is shown."""

    def __init__(self, text: Any, words: dict[str, Any]) -> None:
        self._text, self._words = text, words

    def __str__(self) -> str:
        return str(self._text) % {name: str(word) for name, word in self._words.items()}


def _filled(text: Any, **words: Any) -> _Filled:
    return _Filled(text, words)
