"""Words for what a sheet holds: the same on screens and on paper."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.jobsheet.checklists import CHECKLISTS, Ticked
from incidents.jobsheet.proof import Extent, Rating, Supported
from incidents.jobsheet.records import Doer, Done, DoorReason, Ease, Outcome, Severity

DOERS = {Doer.FIRM: _("会社"), Doer.VENDOR: _("事業者")}
TICKED = {Ticked.DONE: _("済み"), Ticked.NOT_NEEDED: _("不要"), Ticked.NOT_POSSIBLE: _("できない")}
SEVERITIES = {
    Severity.CRITICAL: _("重大"),
    Severity.HIGH: _("高"),
    Severity.MEDIUM: _("中"),
    Severity.LOW: _("低"),
}
DONE = {
    Done.REMOVED: _("駆除した"),
    Done.QUARANTINED: _("隔離した"),
    Done.CLEAN_INSTALL: _("OSを入れ直した"),
    Done.HARMLESS: _("害はないと分かった"),
    Done.LEFT: _("まだ残っている"),
}
EXTENTS = {
    Extent.FULL: _("フルスキャン(すべて)"),
    Extent.QUICK: _("クイックスキャン(一部)"),
    Extent.FOLDER: _("フォルダーを選んで"),
}
SUPPORTED = {
    Supported.YES: _("続いている"),
    Supported.NO: _("終わっている"),
    Supported.UNKNOWN: _("分からない"),
}
RATINGS = {
    Rating.STRONG: _("確かさ: 高い"),
    Rating.FAIR: _("確かさ: ふつう"),
    Rating.WEAK: _("確かさ: 低い"),
}
RATING_TONES = {Rating.STRONG: "safe", Rating.FAIR: "info", Rating.WEAK: "attention"}
# What makes a scan's answer weak, and what to do about it.
DOUBTS: dict[str, Any] = {
    "definitions_unknown": _("定義ファイルの日付が分かりません。日付を見てから、もう一度調べてください。"),
    "definitions_stale": _("定義ファイルが2週間より古いものです。更新してから、もう一度調べてください。"),
    "definitions_old": _("定義ファイルが数日前のものです。更新すると、より確かになります。"),
    "not_full": _("一部だけを調べています。フルスキャンをしてください。"),
    "os_unsupported": _("OSのサポートが終わっています。検査で見つからなくても、入れ替えが必要です。"),
    "os_unknown": _("OSのサポートが続いているかを確かめてください。"),
}
OUTCOMES = {
    Outcome.DONE: _("終わった"),
    Outcome.AT_THE_DOOR: _("その場で取りやめた"),
    Outcome.AGAIN: _("もう一度伺う"),
}
EASE = {Ease.EASY: _("すんなり終わった"), Ease.HARD: _("手間取った")}
DOOR_REASONS = {
    DoorReason.ABSENT: _("担当の方が不在だった"),
    DoorReason.NO_CONSENT: _("同意が得られなかった"),
    DoorReason.NETWORK: _("配線や機器の構成が合わなかった"),
    DoorReason.NO_SPACE: _("置き場所か電源がなかった"),
    DoorReason.BUSY: _("回線を止められなかった"),
    DoorReason.OTHER: _("その他"),
}
ITEMS = {item.code: item for items in CHECKLISTS.values() for item in items}
FUNCTIONS = {
    "ips": _("IPS(不正な通信)"),
    "av": _("AV(ウイルス)"),
    "wg": _("WG(危険なサイト)"),
    "uf": _("UF(サイトの分類)"),
    "apg": _("APG(アプリ)"),
}

# 預金種目 of the banks' format.
ACCOUNT_TYPES = {"1": _("普通"), "2": _("当座"), "4": _("貯蓄"), "9": _("その他")}

TIME_PROBLEMS = {
    "ahead": _("これから先の時刻になっています。端末の時計と入力を確かめてください。"),
    "old": _("14日より前の時刻です。手入力で、正しい日付を入れてください。"),
    "backwards": _("終わりが始まりより前になっています。"),
    "early": _("検知より前の時刻です。時刻を確かめ、正しければ「内容」に理由を書いてください。保険会社にも見えます。"),
    "long": _("1回で16時間を超えています。終わった時刻を入れるか、分けて入れてください。"),
}
UPLOAD_PROBLEMS = {
    "large": _("ファイルが大きすぎます。1つ100MBまでです。"),
    "full": _("この作業のファイルが合わせて1GBを超えます。"),
    "empty": _("ファイルが空です。"),
    "virus": _("ウイルスが見つかったため、受け取っていません。検体は送らず、名前を書いてください。"),
    "photo": _("写真として開けません。撮り直すか、画面の写しを送ってください。"),
    "pixels": _("写真の画素が多すぎて開けません。小さくしたもの(2億5千万画素まで)を送ってください。"),
    "place": _(
        "動画と、この形式の写真(TIFF、RAWなど)は、撮った場所の記録を消せないため受け取れません。"
        "写真はJPEG・PNG・HEIC・WebP・AVIF・GIF・BMPで送ってください。"
    ),
    "lost": _("受け取ったファイルが壊れました。もう一度送ってください。"),
    "failed": _("ファイルを処理できませんでした。もう一度送り、それでもできなければ相談窓口に知らせてください。"),
}
# What a file's verdict means where it is shown; of one that was looked into nothing is said.
UNSEEN = {
    "not_looked_into": _("パスワードなどのため、中のウイルスを調べられませんでした"),
    "not_checked": _("ウイルス検査をしていません"),
}
INVOICE_PROBLEMS = {
    "lines": _("請求する明細がありません。"),
    "line": _("明細の内容、数量、単価を確かめてください。1行は1,000万円までです。"),
    "rate": _("税率は10%、8%、0%のどれかです。"),
    "registration": _("登録番号が正しくありません。Tと13桁の数字を確かめてください。免税の場合は空にします。"),
}
