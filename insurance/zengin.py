"""総合振込 in the format of the Japanese Bankers Association: records of 120 bytes, JIS, CR LF.

One header, one data record for each payment, one trailer with count and sum, one end record. Letters are half-width
kana and capitals, figures are right-aligned with zeros, texts left-aligned with blanks. Plain functions on plain data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from base.refusals import Refusal

RECORD = 120
MOST_YEN = 9_999_999_999
_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_HALF |= {"\u3099": "\uff9e", "\u309a": "\uff9f"}
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_DASHES = str.maketrans(dict.fromkeys("ー‐‑–—−－―", "-"))
# A voicing mark that stands by itself, of any width, joins the sign before it: NFKC alone would put a blank between.
_MARKS = str.maketrans({"゛": "\u3099", "ﾞ": "\u3099", "゜": "\u309a", "ﾟ": "\u309a"})
# What every bank takes (全銀協: kana without ｦ, voicing marks, capitals, figures), and beside it: in names of banks and
# branches a hyphen, in names of people and firms also blanks, brackets and full stops. Some banks take a few more.
_LETTERS = "0-9A-Z\uff71-\uff9d\uff9e\uff9f"
_REFUSED = {"bank_kana": re.compile(f"[^{_LETTERS}-]"), "branch_kana": re.compile(f"[^{_LETTERS}-]")}
_REFUSED_IN_NAMES = re.compile(f"[^{_LETTERS} ().-]")
_NEVER_ZERO = frozenset({"bank_code", "number"})  # a branch 000 there is
# ﾞ and ﾟ only behind kana that can be voiced: alone, or behind a blank, they change the name.
_STRAY_MARK = re.compile("(?<![\uff73\uff76-\uff84\uff8a-\uff8e])\uff9e|(?<![\uff8a-\uff8e])\uff9f")


class Unwritable(Refusal):
    """Something a bank would send back; `field` says where, `sign` which letter as it was typed ("" when none)."""

    def __init__(self, field: str, value: str = "", sign: str = "") -> None:
        super().__init__(f"{field}: {value!r} {sign!r}")
        self.field = field
        self.sign = sign


@dataclass(frozen=True)
class Account:
    """A bank account in the letters of the format."""

    bank_code: str
    bank_kana: str
    branch_code: str
    branch_kana: str
    type: str
    number: str
    holder_kana: str


@dataclass(frozen=True)
class Payment:
    """One payment; `reference` (digits) comes back on the bank's statements."""

    to: Account
    yen: int
    reference: str


def seen(text: str) -> str:
    """The text without signs of no width, tabs and other white space as blanks, none around it."""
    blank = "".join(" " if sign in "\t\v\f\x85\u2028\u2029" else sign for sign in text)
    return "".join(sign for sign in blank if unicodedata.category(sign) != "Cf").strip()


def kana(text: str, field: str = "name") -> str:
    """A name in the letters of the format: half-width, capitals, no small kana. Raises Unwritable for anything else.

    「カブシキガイシャ　ミドリ」, "ﾐﾄﾞﾘ", 「ハ゛ンク」 and "みどり" are taken; 漢字 and ヲ are not.
    Signs of no width, which copied text brings along, go: nobody could find them to take them out.
    """
    typed = seen(text).translate(_MARKS)
    wide = unicodedata.normalize("NFKC", typed).upper().translate(_DASHES)
    wide = "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in wide)
    parts = unicodedata.normalize("NFD", wide.translate(_LARGE))
    half = "".join(_HALF.get(letter, letter) for letter in parts)
    if not re.search(f"[{_LETTERS}]", half):
        raise Unwritable(field, text)
    refused = _REFUSED.get(field, _REFUSED_IN_NAMES).search(half) or _STRAY_MARK.search(half)
    if refused:
        raise Unwritable(field, text, "ヲ" if refused[0] == "ｦ" else refused[0])
    return half


def account_checked(account: Account) -> Account:
    """The account with its numbers padded and its names in half-width. Raises Unwritable."""
    digits = {"bank_code": 4, "branch_code": 3, "number": 7}
    checked = {}
    for field, length in digits.items():
        value = re.sub(r"[-\s]", "", unicodedata.normalize("NFKC", seen(getattr(account, field))).translate(_DASHES))
        least = 1 if field == "number" else length
        if not re.fullmatch(rf"[0-9]{{{least},{length}}}", value) or (field in _NEVER_ZERO and not int(value)):
            raise Unwritable(field, value)
        checked[field] = value.zfill(length)
    if account.type not in {"1", "2", "4", "9"}:
        raise Unwritable("type", account.type)
    for field, length in {"bank_kana": 15, "branch_kana": 15, "holder_kana": 40}.items():
        checked[field] = kana(getattr(account, field), field)
        if len(checked[field]) > length:
            raise Unwritable(field, checked[field])
    return Account(type=account.type, **checked)


def transfer_file(*, payer: Account, client_code: str, on: date, payments: Sequence[Payment]) -> bytes:
    """The whole file. Raises Unwritable for an account, code or amount that does not fit, or without any payment."""
    if not payments:
        raise Unwritable("payments")
    if not re.fullmatch(r"[0-9]{1,10}", client_code):
        raise Unwritable("client_code", client_code)
    lines = [_header(account_checked(payer), client_code, on), *map(_data, payments)]
    total = sum(payment.yen for payment in payments)
    lines += ["8" + _figures(len(payments), 6) + _figures(total, 12) + " " * 101, "9" + " " * 119]
    written = [line.encode("cp932") for line in lines]
    assert all(len(line) == RECORD for line in written)
    return b"".join(line + b"\r\n" for line in written)


def _header(payer: Account, client_code: str, on: date) -> str:
    return (
        "1210"
        + client_code.zfill(10)
        + _text(payer.holder_kana, 40)
        + f"{on:%m%d}"
        + payer.bank_code
        + _text(payer.bank_kana, 15)
        + payer.branch_code
        + _text(payer.branch_kana, 15)
        + payer.type
        + payer.number
        + " " * 17
    )


def _data(payment: Payment) -> str:
    to = account_checked(payment.to)
    if not 1 <= payment.yen <= MOST_YEN:
        raise Unwritable("yen", str(payment.yen))
    if not re.fullmatch(r"[0-9]{1,10}", payment.reference):
        raise Unwritable("reference", payment.reference)
    return (
        "2"
        + to.bank_code
        + _text(to.bank_kana, 15)
        + to.branch_code
        + _text(to.branch_kana, 15)
        + " " * 4  # clearing house, not used
        + to.type
        + to.number
        + _text(to.holder_kana[:30], 30)
        + _figures(payment.yen, 10)
        + "0"  # neither first transfer nor changed account
        + payment.reference.zfill(10)
        + "0" * 10
        + "7"  # by wire
        + " "
        + " " * 7
    )


def _text(value: str, length: int) -> str:
    if len(value) > length:
        raise Unwritable("text", value)
    return value.ljust(length)


def _figures(value: int, length: int) -> str:
    return f"{value:0{length}d}"
