"""The firm's list of machines in words: columns, what is wrong with a line, which entry a machine is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from sensors.ledger_file import LedgerEntry, LineError
from sensors.ledger_match import Match

# Also the headings of the file that is saved: sensors/ledger_columns.toml has each of them.
COLUMN_WORDS: dict[str, Any] = {
    "number": gettext_lazy("管理番号"),
    "name": gettext_lazy("機器名"),
    "kind": gettext_lazy("種類"),
    "mac": gettext_lazy("MACアドレス"),
    "ip": gettext_lazy("IPアドレス"),
    "owner": gettext_lazy("使っている人"),
    "place": gettext_lazy("置き場所"),
    "note": gettext_lazy("備考"),
}
_ERRORS: dict[str, Any] = {
    "nothing": gettext_lazy("機器名もMACアドレスもありません。"),
    "mac": gettext_lazy("MACアドレスとして読めません。例: 00-1B-A9-00-00-01"),
    "ip": gettext_lazy("IPアドレスとして読めません。例: 192.168.1.23"),
    "long": gettext_lazy("長すぎます。"),
    "twice_mac": gettext_lazy("同じMACアドレスが%(other)s行目にあります。"),
    "twice_number": gettext_lazy("同じ管理番号が%(other)s行目にあります。"),
}
FILE_ERRORS: dict[str, Any] = {
    "empty": gettext_lazy("ファイルに何もありません。"),
    "encoding": gettext_lazy("文字が読めません。CSVはUTF-8かShift_JIS(CP932)で保存してください。"),
    "old_excel": gettext_lazy(
        "古い形式のExcelファイル(.xls)は読めません。「Excelブック(.xlsx)」かCSVで保存し直してください。"
    ),
    "workbook": gettext_lazy("Excelファイルとして読めません。開いて保存し直すか、CSVで保存してください。"),
    "too_large": gettext_lazy("ファイルが大きすぎます。台帳のシートだけを、別のファイルに保存してください。"),
    "heading": gettext_lazy(
        "見出しの行が見つかりません。「機器名」か「MACアドレス」の列がある行を、表の先頭に置いてください。"
    ),
    "no_lines": gettext_lazy("見出しの下に、機器の行がありません。"),
}
_BY: dict[str, Any] = {
    "mac": gettext_lazy("MACアドレスが同じ"),
    "name": gettext_lazy("名前が同じ"),
    "ip": gettext_lazy("IPアドレスが同じ"),
}


def error(wrong: LineError) -> str:
    """What is wrong with a line."""
    return str(_ERRORS[wrong.code]) % {"other": wrong.other}


def column(name: str) -> str:
    """The heading of a column; "" for none."""
    return str(COLUMN_WORDS[name]) if name else ""


def entry(listed: LedgerEntry) -> str:
    """A line of the list in a few words."""
    number = gettext("%(number)s番") % {"number": listed.number} if listed.number else ""
    return " ".join(word for word in (number, listed.name or listed.mac, listed.owner) if word)


def place(match: Match | None) -> str:
    """Which entry a machine is, and how one knows; "" for none."""
    return f"{entry(match.entry)}({_BY[match.by]})" if match is not None else ""
