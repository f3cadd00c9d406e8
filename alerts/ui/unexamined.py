"""Why antivirus could not look into a file, in words; the codes are those of alerts.unexamined."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from alerts.selectors import unexamined_since

SHOWN = 10
WORDS: dict[str, Any] = {
    "encrypted": _("パスワードがかかっていて、中を見られませんでした"),
    "too_large": _("大きすぎます(圧縮ファイルの中身も含みます)"),
    "too_slow": _("検査に時間がかかりすぎました"),
    "incomplete": _("一部しか通りませんでした"),
    "unknown_packing": _("検査ソフトが開けない形式です"),
    "gone": _("検査の前に消えました"),
    "scanner_error": _("検査のエラーが続きました"),
    "other": _("そのほかの理由です"),
}


def reason_words(code: str) -> str:
    """The reason in words."""
    return str(WORDS.get(code, WORDS["other"]))


def unexamined_shown(*, tenant_id: int, since: datetime) -> dict[str, Any]:
    """How many files of a firm nobody could look into, and the newest of them with the reason in words."""
    files_since = unexamined_since(tenant_id=tenant_id, since=since)
    count = files_since.count()
    files = [{"file": file, "words": reason_words(file.reason)} for file in files_since[:SHOWN]] if count else []
    return {"count": count, "files": files, "more": count > len(files)}
