"""Firms as a table: which columns a file has, what is wrong with a line. Plain data.

The composition of such a list is that of OSK 表3-2: place, industry, size.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import override

from base import identity
from base.industries import INDUSTRIES
from base.places import municipality_code, places_of
from base.spreadsheet_reading import TableRead, cell_plain

MOST_LINES: Final = 5_000
MOST_ERRORS: Final = 500
MOST_COUNTED: Final = 99_999  # staff or PCs; more is a slip of the finger
HEAD_LINES: Final = 10  # the heading stands in one of the first lines
_FILE: Final = tomllib.loads((Path(__file__).parent / "firm_columns.toml").read_text())
# The column's name → its headings, the first of them as it is exported.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {name: tuple(words) for name, words in _FILE["columns"].items()}
NEEDED: Final = ("name", "phone", "email")
LONGEST: Final = {
    "name": 120,
    "name_kana": 120,
    "municipality": 40,
    "address": 200,
    "contact_name": 120,
    "contact_kana": 120,
    "email": 254,
    "phone": 40,
}
_YES: Final = frozenset(_FILE["yes"])
_NO: Final = frozenset(_FILE["no"])
_SIGNS = re.compile(r"[\W_]")
_DATE = re.compile(_FILE["date"])


class HeadingMissing(Exception):
    """No line has the columns that every firm needs."""


class _Wrong(Exception):
    """`code`: what is wrong with a cell."""


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line of the file. `other`: the line that says the same already."""

    line: int
    column: str
    code: str
    value: str = ""
    other: int = 0


@dataclass(frozen=True)
class FirmsRead:
    """What a file holds: `rows` for the database, with their line in the file."""

    rows: list[dict[str, object]]
    errors: list[LineError]
    unknown: list[str]
    form: str
    is_cut: bool


def firms_read(table: TableRead) -> FirmsRead:
    """Every line, right or wrong. Raises HeadingMissing."""
    at, places, unknown = _heading(table.lines)
    rows: list[dict[str, object]] = []
    errors: list[LineError] = []
    seen: dict[tuple[str, str], int] = {}
    for number, line in enumerate(table.lines[at + 1 :], start=at + 2):
        if not any(line):
            continue
        cells = {name: cell_plain(line[place]) if place < len(line) else "" for name, place in places.items()}
        row, wrong = _row(number, cells)
        twice = _twice(number, row, seen) if not wrong else None
        errors += wrong or ([twice] if twice else [])
        if not wrong and twice is None:
            rows.append(row)
    is_cut = table.is_cut or len(rows) > MOST_LINES
    return FirmsRead(rows[:MOST_LINES], errors[:MOST_ERRORS], unknown, table.form, is_cut)


def _heading(lines: list[list[str]]) -> tuple[int, dict[str, int], list[str]]:
    known = {_plain(heading): name for name, headings in COLUMNS.items() for heading in headings}
    for at, line in enumerate(lines[:HEAD_LINES]):
        places: dict[str, int] = {}
        for place, heading in enumerate(line):
            name = known.get(_plain(heading))
            if name and name not in places:
                places[name] = place
        if set(NEEDED) <= set(places):
            taken = set(places.values())
            return at, places, [heading for place, heading in enumerate(line) if heading and place not in taken]
    raise HeadingMissing


def _plain(heading: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", heading)).casefold()


def _row(line: int, cells: dict[str, str]) -> tuple[dict[str, object], list[LineError]]:
    row: dict[str, object] = {"line": line}
    wrong = []
    for name in COLUMNS:
        typed = identity.nfc(cells.get(name, ""))
        try:
            if not typed and name in NEEDED:
                raise _Wrong("needed")
            if len(typed) > LONGEST.get(name, 60):
                raise _Wrong("long")
            row[name] = _READ[name](typed) if name in _READ else typed
        except _Wrong as problem:
            wrong.append(LineError(line, name, str(problem), typed[:80]))
    if not wrong:
        wrong += _together(line, row)
    return row, wrong


def _together(line: int, row: dict[str, object]) -> Iterable[LineError]:
    """What cells say together: the place of a postal code, a contract that ends before it begins."""
    code = str(row["postal_code"])
    places = places_of(code) if code else []
    row["prefecture"] = row["prefecture"] or (places[0].prefecture if places else "")
    row["municipality"] = row["municipality"] or (places[0].municipality if places else "")
    for name in ("prefecture", "municipality"):
        if not row[name]:
            yield LineError(line, name, "place")
    row["municipality_code"] = municipality_code(
        written=code, prefecture=str(row["prefecture"]), municipality=str(row["municipality"])
    )
    read = identity.phone(str(row["phone"]))
    row["phone_e164"] = read.e164 if read else ""
    if row["contract_end"] and str(row["contract_end"]) < str(row["contract_start"] or row["contract_end"]):
        yield LineError(line, "contract_end", "before", str(row["contract_end"]))


def _twice(line: int, row: dict[str, object], seen: dict[tuple[str, str], int]) -> LineError | None:
    """The same firm again: by its corporate number, else by name and telephone."""
    number = str(row["corporate_number"])
    phone = re.sub(r"\D", "", unicodedata.normalize("NFKC", str(row["phone"])))
    keys = [("number", number)] if number else []
    keys.append((str(row["name"]), phone))
    other = next((seen[key] for key in keys if key in seen), 0)
    for key in keys:
        seen.setdefault(key, line)
    column = "corporate_number" if number and seen[keys[0]] == other else "name"
    return LineError(line, column, "twice", str(row[column])[:80], other) if other else None


def _kana(typed: str) -> str:
    if typed and not identity.is_kana(typed):
        raise _Wrong("kana")
    return typed


def _corporate(typed: str) -> str:
    number = identity.digits(typed)
    if typed and not identity.corporate_number_ok(number):
        raise _Wrong("corporate")
    return number


def _postal(typed: str) -> str:
    code = identity.postal_code(typed)
    if typed and code is None:
        raise _Wrong("postal")
    return code or ""


def _prefecture(typed: str) -> str:
    if typed and typed not in identity.PREFECTURES:
        raise _Wrong("prefecture")
    return typed


def _phone(typed: str) -> str:
    read = identity.phone(typed)
    if read is None:
        raise _Wrong("phone")
    return read.raw


def _industry(typed: str) -> str:
    word = _plain(typed)
    if word and word not in _industries():
        raise _Wrong("industry")
    return _industries()[word] if word else ""


@cache
def _industries() -> dict[str, str]:
    """Letters and names, the names in both languages whatever the page is in."""
    known = {letter.casefold(): letter for letter, _label in INDUSTRIES}
    for language in ("ja", "en"):
        with override(language):
            known |= {_plain(str(label)): letter for letter, label in INDUSTRIES}
    return known


def _count(typed: str) -> int | None:
    plain = unicodedata.normalize("NFKC", typed).replace(",", "")
    for word in _FILE["counted"]:
        plain = plain.removesuffix(word)
    if not plain:
        return None
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 10 and int(plain) <= MOST_COUNTED):
        raise _Wrong("number")
    return int(plain)


def _email(typed: str) -> str:
    address = unicodedata.normalize("NFKC", typed).lower()
    try:
        validate_email(address)
    except ValidationError:
        raise _Wrong("email") from None
    return address


def _yes(typed: str) -> bool:
    word = unicodedata.normalize("NFKC", typed).casefold()
    if word not in _YES | _NO:
        raise _Wrong("yes")
    return word in _YES


def _day(typed: str) -> str:
    if not typed:
        return ""
    read = _DATE.fullmatch(unicodedata.normalize("NFKC", typed))
    try:
        return date(*map(int, read.groups())).isoformat() if read else _refused()
    except ValueError:
        return _refused()


def _refused() -> str:
    raise _Wrong("date")


_READ: Final[dict[str, Callable[[str], object]]] = {
    "name_kana": _kana,
    "contact_kana": _kana,
    "corporate_number": _corporate,
    "postal_code": _postal,
    "prefecture": _prefecture,
    "phone": _phone,
    "industry": _industry,
    "staff_count": _count,
    "pc_count": _count,
    "email": _email,
    "chamber_member": _yes,
    "contract_start": _day,
    "contract_end": _day,
}
