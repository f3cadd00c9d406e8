"""Why a line was put aside, in words for the analyst; the codes are those of eve_repair, reading and the box."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    "too_long": _("1行が長すぎる"),
    "too_deep": _("入れ子が深すぎる"),
    "not_json": _("JSONとして読めない(途中で切れた行など)"),
    "not_object": _("JSONだがイベントの形ではない"),
    "no_event_type": _("種類(event_type)がない"),
    "no_timestamp": _("日時がない"),
    "bad_timestamp": _("日時が読めない"),
    "impossible_time": _("ありえない日時"),
    "no_alert": _("検知の中身(alert)がない"),
    "no_antivirus": _("ウイルス検査の中身がない"),
    "bad_aggregate": _("集計の形が正しくない"),
    "fault": _("読む側の不具合"),
    "unreadable": _("センサーが読めなかった行"),
}


def reason_words(code: str) -> str:
    """The reason in words; a code that a newer box made stays as it is."""
    return str(WORDS.get(code, code))
