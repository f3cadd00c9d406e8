"""What to do at each kind of job, in order (OSK 3.4.3, 表3-6, 5.4.1; KMM 2.5). Data; the words are translated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Ticked(StrEnum):
    """What became of an item."""

    DONE = "done"
    NOT_NEEDED = "not_needed"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True)
class Item:
    """One thing to do. `before`: to be settled with the firm before anybody sets out."""

    code: str
    words: Any
    hint: Any = ""
    before: bool = False


_STATE = Item("state", _("状態を聞き取った"), _("いつから、どの機器で、何が起きているか"))
_ISOLATE = Item("isolate", _("ネットワークから外した"), _("LANケーブルを抜く、Wi-Fiを切る"))
_UPDATE = Item("update_av", _("ウイルス対策ソフトを最新にした"), _("定義ファイルの日付を検査の欄に書きます"))
_SCAN = Item("full_scan", _("フルスキャンをした"), _("数時間かかります。翌日に続けても構いません"))
_REMOVE = Item("remove", _("見つかったものを駆除した"))
_CLEAN = Item("clean_install", _("OSの入れ直しを検討した"), _("駆除できないときだけ。先にデータを控えます"))
_REPORT = Item("report", _("結果と今後の注意を説明した"))
_RECONNECT = Item("reconnect", _("ネットワークへ戻し、使えることを確かめた"))

CHECKLISTS: dict[tuple[str, str], tuple[Item, ...]] = {
    ("first_response", "remote"): (
        Item("second_line", _("話しながら操作できる電話を決めた"), _("外した機器では画面を共有できません")),
        _STATE,
        _ISOLATE,
        _UPDATE,
        _SCAN,
        Item("screens", _("スキャン画面の写しをもらった"), _("写真でも構いません")),
        _REMOVE,
        _CLEAN,
        _RECONNECT,
        _REPORT,
    ),
    ("first_response", "on_site"): (
        Item("arrival", _("名乗り、訪問の目的を説明した")),
        _STATE,
        Item("find_device", _("通知の機器を見つけた"), _("MACアドレスを照らし合わせます。Wi-Fiの私物にも注意")),
        _ISOLATE,
        _UPDATE,
        _SCAN,
        _REMOVE,
        _CLEAN,
        _RECONNECT,
        _REPORT,
    ),
    ("installation", ""): (
        Item("ask_network", _("ルーターと配線を電話で確かめた"), _("PPPoEの機器はどれか、空きポート"), before=True),
        Item("ask_consent", _("通信の点検への同意を確かめた"), before=True),
        Item("ask_person", _("当日の立会いと、回線を止めてよい時間を決めた"), before=True),
        Item("ask_power", _("置き場所と電源を確かめた"), before=True),
        Item("place", _("ルーターとハブの間につないだ")),
        Item("wifi", _("ルーターのWi-Fiを止めるか、センサーの内側へ移した")),
        Item("activate", _("有効化した"), _("画面に「稼働中」と出ることを見ます")),
        Item("works", _("業務のソフト、印刷、電話が使えることを確かめた")),
        Item("explain", _("見えないもの(暗号化された通信など)を説明した")),
    ),
    ("removal", ""): (
        Item("ask_person", _("当日の立会いと、回線を止めてよい時間を決めた"), before=True),
        Item("bypass", _("センサーを外し、元の配線に戻した")),
        Item("wifi", _("Wi-Fiの設定を元に戻した")),
        Item("works", _("業務のソフト、印刷、電話が使えることを確かめた")),
        Item("box_back", _("センサーと電源を回収した")),
    ),
}


def checklist(kind: str, way: str) -> tuple[Item, ...]:
    """The items of a job of this kind done this way."""
    return CHECKLISTS[(kind, way)] if (kind, way) in CHECKLISTS else CHECKLISTS[(kind, "")]
