"""A list of firms in words: headings, what is wrong with a file or a line and what to do about it."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy

from tenants.firm_table import COLUMNS, LONGEST, LineError

_ERRORS: Final[dict[str, Any]] = {
    "needed": gettext_lazy("空です。この列は必ず入れてください。"),
    "long": gettext_lazy("長すぎます。%(most)d文字までにしてください。"),
    "kana": gettext_lazy("ひらがなまたはカタカナで入れてください。"),
    "corporate": gettext_lazy("法人番号が正しくありません。13桁の数字を確かめるか、空にしてください。"),
    "postal": gettext_lazy("郵便番号は7桁の数字で入れてください。例: 123-4567"),
    "prefecture": gettext_lazy("都道府県の名前を「大阪府」のように、最後の字まで入れてください。"),
    "place": gettext_lazy("空です。正しい郵便番号を入れるか、この列を入れてください。"),
    "phone": gettext_lazy("電話番号を確かめてください。市外局番から入れます。例: 03-1234-5678"),
    "industry": gettext_lazy("業種は、AからTまでの文字か、「製造業」のような大分類の名前で入れてください。"),
    "number": gettext_lazy("0から99,999までの数字で入れてください。分からないときは空にします。"),
    "email": gettext_lazy("メールアドレスとして読めません。例: name@example.jp"),
    "yes": gettext_lazy("「はい」か「いいえ」(または1か0)で入れてください。"),
    "date": gettext_lazy("日付として読めません。例: 2027-01-15"),
    "before": gettext_lazy("契約の終わりが、始まりより前です。どちらかの日を直してください。"),
    "twice": gettext_lazy("同じ会社が%(other)d行目にあります。どちらかの行を消してください。"),
}
FILE_ERRORS: Final[dict[str, Any]] = {
    "empty": gettext_lazy("ファイルに何もありません。"),
    "encoding": gettext_lazy("文字が読めません。CSVはUTF-8かShift_JIS(CP932)で保存してください。"),
    "old_excel": gettext_lazy(
        "古い形式のExcelファイル(.xls)は読めません。「Excelブック(.xlsx)」かCSVで保存し直してください。"
    ),
    "workbook": gettext_lazy("Excelファイルとして読めません。開いて保存し直すか、CSVで保存してください。"),
    "too_large": gettext_lazy("ファイルが大きすぎます。名簿のシートだけを、別のファイルに保存してください。"),
    "heading": gettext_lazy(
        "見出しの行が見つかりません。「会社名」「電話番号」「メールアドレス」の列がある行を、表の先頭に置いてください。"
    ),
    "no_lines": gettext_lazy("見出しの下に、会社の行がありません。"),
}


def error_words(wrong: LineError) -> str:
    """What is wrong with a cell, and what to do."""
    return str(_ERRORS[wrong.code]) % {"other": wrong.other, "most": LONGEST.get(wrong.column, 60)}


def heading(name: str) -> str:
    """The heading of a column, as it stands in the file."""
    return COLUMNS[name][0]
