"""Articles' states, what a firm could be recognised by, ready answers with places to fill in. Plain data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from base.identity import search_fold

# What follows a person's name when they are spoken of.
POLITE: Final = ("さん", "様", "氏")
PLACES: Final = ("会社名", "担当者名", "窓口名", "窓口電話", "受付時間", "受付番号")
_PLACE: Final = re.compile(r"\{([^{}\n]{1,20})\}")

# What belongs to one firm, whoever it is. An attacker's public address may stand in an article.
_TRACES: Final = {
    "mail": re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    "phone": re.compile(r"(?<![\d.:-])(?:\+81[-\s]?\d{1,4}|0\d{1,4})[-\s(]\d{1,4}[-\s)]\d{3,4}(?![\d.:-])"),
    "postal": re.compile(r"〒\s*\d{3}-?\d{4}"),
    "private_address": re.compile(r"(?<![\d.])(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}(?![\d.])"),
    "mac": re.compile(r"(?i)(?<![0-9a-f:])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![0-9a-f:])"),
}
_LEGAL_FORMS: Final = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|医療法人|\(株\)|\(有\)|㈱|㈲"
)
SHORTEST_NAME: Final = 2
SHORTEST_ADDRESS: Final = 5
# By so many of their first letters names and addresses are looked up (sec.firms_in_words).
NAME_HEAD: Final = 4
ADDRESS_HEAD: Final = 8


@dataclass(frozen=True)
class Trace:
    """Something in a text by which a firm could be recognised. `kind`: firm, address, mail, phone, postal, …"""

    kind: str
    words: str


class PlaceUnknown(ValueError):
    """A ready answer names a place nobody fills in; the message is its name."""


def traces(text: str, firms: Iterable[tuple[str, str]]) -> list[Trace]:
    """What in `text` could tell who it is about. `firms`: (name, address) of the programme's firms.

    The desk is warned and decides: a firm called "みどり" must not make every みどり町 unwritable.
    """
    plain = unicodedata.normalize("NFKC", text)
    traced = [Trace(kind, words) for kind, shape in _TRACES.items() for words in dict.fromkeys(shape.findall(plain))]
    folded = bare(text)
    for name, address in firms:
        called = bare_name(name)
        if len(called) >= SHORTEST_NAME and called in folded:
            traced.append(Trace("firm", name))
        place = bare(address)
        if len(place) >= SHORTEST_ADDRESS and place in folded:
            traced.append(Trace("address", address))
    return traced


def pieces(bared: str, shortest: int, longest: int) -> set[str]:
    """Every run of so many letters of a text: by what stands in it, names are looked up (sec.firms_in_words)."""
    lengths = range(shortest, longest + 1)
    return {bared[start : start + length] for length in lengths for start in range(len(bared) - length + 1)}


def bare_name(name: str) -> str:
    """A firm's name as people write it: without its legal form. sec.bare_name does the same."""
    return bare(_LEGAL_FORMS.sub("", unicodedata.normalize("NFKC", name)))


def bare(text: str) -> str:
    """As it is compared: folded, without space, one kind of dash. sec.bare_words does the same."""
    return re.sub(r"[‐‑‒–—―−ー]", "-", re.sub(r"\s+", "", search_fold(text)))


def places_in(text: str) -> list[str]:
    """Names of the places to fill in, each once. Raises PlaceUnknown."""
    names = list(dict.fromkeys(_PLACE.findall(text)))
    for name in names:
        if name not in PLACES:
            raise PlaceUnknown(name)
    return names


def filled(text: str, values: Mapping[str, str]) -> str:
    """A ready answer with its places filled in; a place without a value stays, so that nobody sends a hole."""
    return _PLACE.sub(lambda place: values.get(place[1]) or place[0], text)
