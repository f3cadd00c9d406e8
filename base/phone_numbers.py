"""Telephone numbers as people and telephone systems write them. Plain functions.

Oldest complaint about desk software: a number with "/" or hyphens is not recognised (Zammad 4872, 5117).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers

from base.identity import Phone, phone

# How close a number is to one of a firm.
SAME, NEAR = 2, 1
LONGEST = 500  # letters of a field that are looked at
# A SIP header's address, with or without brackets: what stands before the @ is the number (RFC 3261 20.10, RFC 3966).
_ADDRESS = re.compile(r"<?\b(?:sips?|tel):([^@>;?\s]{1,60})[^>\s]*>?", re.IGNORECASE)
# Between numbers of one field, and before a label that begins another one.
_SEVERAL = re.compile(
    r"[/、,;|\n]|または|\bor\b|(?=\b(?:tel|fax|mobile)|電話|携帯|直通|ファックス|ファクス)", re.IGNORECASE
)
_LABEL = re.compile(r"^[^0-9+(]+")
_FAX = re.compile(r"^\W*(?:fax|ファックス|ファクス)", re.IGNORECASE)
# What telephone systems and carriers write for a number that is not shown; single letters are those of NTT's service.
HIDDEN = (
    "anonymous",
    "unavailable",
    "非通知",
    "withheld",
    "private",
    "restricted",
    "unknown",
    "公衆電話",
    "コウシュウデンワ",
    "表示圏外",
    "通知不可",
    "サービス競合",
)
_HIDDEN_LETTERS = frozenset({"p", "o", "c", "s"})


@lru_cache(maxsize=8192)
def numbers_in(text: str) -> tuple[Phone, ...]:
    """Every number in a text, fax numbers last.

    "03-1234-5678 / 090-…", "TEL 06-… FAX 06-…", full-width, "(内12)", `"06-6944-6000" <sip:0669446000@pbx>`.
    """
    plain = re.sub(r"[‐‑‒–—―−ー]", "-", unicodedata.normalize("NFKC", text[:LONGEST])).strip()
    addresses = [unquote(address) for address in _ADDRESS.findall(plain)]
    words = _ADDRESS.sub("\n", plain)
    parts = [*addresses, *sorted(_SEVERAL.split(words), key=lambda part: bool(_FAX.match(part)))]
    numbers: dict[str, Phone] = {}
    for number in (number for part in parts for number in _read(part)):
        numbers.setdefault(number.e164, number)
    # One number written with strokes: 03/1234/5678.
    return tuple(numbers.values()) or _read(words.replace("/", "-"))


def _read(part: str) -> tuple[Phone, ...]:
    """The number that a part as a whole is, else the numbers within its words."""
    whole = phone(_LABEL.sub("", part.strip(" \"'")))
    if whole is not None:
        return (whole,)
    matches = phonenumbers.PhoneNumberMatcher(part, "JP")
    inside = (phone(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)) for match in matches)
    return tuple(number for number in inside if number is not None)


def number_of(text: str) -> Phone | None:
    """The first number in a text; None when there is none, such as 非通知."""
    numbers = numbers_in(text)
    return numbers[0] if numbers else None


def national_figures(number: Phone) -> str:
    """A number as it stands in a text whatever stands before it: without +81 and without 0."""
    return str(phonenumbers.parse(number.e164).national_number)


def national_form(e164: str) -> str:
    """+819012345678 → 090-1234-5678."""
    number = phonenumbers.parse(e164)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def is_hidden(text: str) -> bool:
    """Whether a telephone system says that the caller shows no number."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).strip().lower()
    withheld = plain in _HIDDEN_LETTERS or any(word in plain for word in HIDDEN)
    return withheld and number_of(text) is None


def closeness(dialled: str, known: str) -> int:
    """SAME, NEAR (only the last two digits differ: a direct line beside the main number), or 0. Both in E.164."""
    if not dialled or not known:
        return 0
    if dialled == known:
        return SAME
    block = len(dialled) == len(known) and dialled[:-2] == known[:-2]
    return NEAR if block and _comes_in_blocks(dialled) else 0


def _comes_in_blocks(e164: str) -> bool:
    """Whether a firm has neighbouring numbers of this kind: fixed lines; not mobile, free or personal numbers."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return False
    return bool(kind == phonenumbers.PhoneNumberType.FIXED_LINE)
