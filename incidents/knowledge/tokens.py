"""Japanese for PostgreSQL's full text: pairs of characters with their places. Plain functions.

PostgreSQL 15 has no parser that cuts Japanese into words, and a stock server has no extension for it. So Python
writes the vector: every run of letters as its overlapping pairs (感染症 → 感染, 染症) and its last character. A word is
found as its pairs in a row, which is exactly where it stands in the text; no dictionary, no missed compound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from base.identity import search_fold

_RUN: Final = re.compile(r"[0-9a-z]+|[^\W\d_a-z]+")
# Grammar is written in hiragana. Folding makes hiragana of loan words too, so what counts is picked before.
_CONTENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]+|[ァ-ヺー]{2,}|[一-鿿々]+")
_CHINESE: Final = re.compile(r"[一-鿿々]")
MOST_PLACES: Final = 16_000  # a tsvector's places end at 16,383
MOST_WORDS: Final = 40
LONGEST_WORD: Final = 200  # PostgreSQL takes 2,046 bytes; no term is that long


def runs(text: str) -> list[str]:
    """Runs of letters of `text`, folded (width, case and kana do not matter)."""
    return _RUN.findall(search_fold(text))


def grams(run: str) -> list[str]:
    """Latin letters and digits whole, up to LONGEST_WORD; other runs as pairs, and the last character alone too."""
    if run.isascii():
        return [run[:LONGEST_WORD]]
    return [run[place : place + 2] for place in range(len(run))]


def vector(weighted: Iterable[tuple[str, str]]) -> str:
    """A tsvector's text of (weight A–D, text) in order of importance."""
    lexemes: list[str] = []
    place = 0
    for weight, text in weighted:
        for run in runs(text):
            for gram in grams(run):
                place += 1
                if place > MOST_PLACES:
                    return " ".join(lexemes)
                lexemes.append(f"'{gram}':{place}{weight}")
            place += 1  # the next run is no neighbour
    return " ".join(lexemes)


def phrase(run: str) -> str:
    """A tsquery that finds `run` as it stands; the beginning of a Latin word is enough."""
    if run.isascii():
        return f"'{run[:LONGEST_WORD]}':*"
    if len(run) == 1:
        return f"'{run}':*"
    return "(" + " <-> ".join(f"'{pair}'" for pair in grams(run)[:-1]) + ")"


def query_typed(text: str) -> str:
    """A tsquery of what a person typed: everything must be there. Empty: nothing to look for."""
    return " & ".join(phrase(run) for run in runs(text)[:MOST_WORDS])


def query_about(text: str) -> str:
    """A tsquery of what a text is about: any of its loan words and names, any pair of Chinese characters."""
    words = [run for word in _CONTENT.findall(text) for run in runs(word) if len(run) > 1]
    parts = dict.fromkeys(part for run in words for part in (grams(run)[:-1] if _CHINESE.match(run) else [run]))
    return " | ".join(phrase(part) for part in list(parts)[:MOST_WORDS])
