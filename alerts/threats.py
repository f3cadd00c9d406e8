"""Which threat family a signature is of: stealer, phishing, port scan, … Read from what a stored alert keeps.

A threat family is a kind of threat as people speak of it; a signature family (alerts.family) is one rule under several
numbers. The catalogue is data (`ruleset/threats/`) and knows nothing of grades: why an alert has its grade is said by
the rule that graded it, what it is by its threat family.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "ruleset" / "threats"
LONGEST_MESSAGE = 300  # letters of a message that are looked at, as many as are stored
OTHER = "other"
_DATA: dict[str, Any] = tomllib.loads((FOLDER / "match.toml").read_text(encoding="utf-8"))
_SECTION_FOLLOWS = frozenset(_DATA["vendors"]["section_follows"])
_SECTION_OF_TWO = frozenset(_DATA["vendors"]["section_of_two"])
_OF_FUNCTION: dict[str, str] = _DATA["functions"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
# Small letters for capitals, a blank for whatever parts words.
_PARTED = bytes(byte if byte in _LETTERS.encode() else 32 for byte in bytes(range(256)).lower())
_NAMED = "malware:"  # how a signature family begins that is a malware's name (alerts.family)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the catalogue. `rank` is its place: of two that fit the earlier decides. Phrases have a blank at
    either end, as words in a row of words."""

    rank: int
    threat: str
    sections: tuple[str, ...]
    categories: frozenset[str]
    not_categories: frozenset[str]
    phrases: tuple[str, ...]
    endings: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What words can decide in one section: entries by the rarest word of each phrase and by ending, in the order of
    ranks."""

    words: dict[str, list[tuple[int, str, Entry]]]
    endings: list[tuple[str, Entry]]
    all_endings: tuple[str, ...]


def _listed(fields: dict[str, Any], key: str) -> list[str]:
    """A list of an entry; a word instead of it names a list that several entries have."""
    listed = fields.get(key, [])
    return list(_DATA["lists"][listed] if isinstance(listed, str) else listed)


def _spaced(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(f" {phrase} " for phrase in phrases)


ENTRIES = tuple(
    Entry(
        rank,
        fields["threat"],
        tuple(_listed(fields, "sections")),
        frozenset(_listed(fields, "categories")),
        frozenset(_listed(fields, "not_categories")),
        _spaced(_listed(fields, "words")),
        tuple(_listed(fields, "endings")),
        _spaced(_listed(fields, "not")),
    )
    for rank, fields in enumerate(_DATA["match"])
)
THREATS = tuple(dict.fromkeys([*(entry.threat for entry in ENTRIES), *_OF_FUNCTION.values()]))
_LAST = ENTRIES[-1]


# A phrase is looked up under the word that the fewest phrases hold: `sql injection` under `injection`.
_FREQUENCY = Counter(word for entry in ENTRIES for phrase in entry.phrases for word in phrase.split())


def _table(section: str | None) -> Table:
    """`None`: a section no entry names."""
    table = Table({}, [], ())
    for entry in ENTRIES:
        if entry.sections and section not in entry.sections:
            continue
        for phrase in entry.phrases:
            words = phrase.split()
            rarest = min(words, key=_FREQUENCY.__getitem__)
            table.words.setdefault(rarest, []).append((entry.rank, phrase if words[1:] else "", entry))
        table.endings.extend((ending, entry) for ending in entry.endings)
    return replace(table, all_endings=tuple(ending for ending, _ in table.endings))


_TABLES = {section: _table(section) for entry in ENTRIES for section in entry.sections}
_ANY_SECTION = _table(None)


@lru_cache(maxsize=8192)
def threat_of(signature: str, category: str = "", family: str = "", function: str = "ips") -> str:
    """The id of the threat family, `other` when nothing tells. Pure text, remembered; never fails.

    `family`: the signature family, which holds the malware's name where the rule's metadata had one.
    `function`: what the box's antivirus and its lists saw is told by that, not by the name.
    """
    if function in _OF_FUNCTION:
        return _OF_FUNCTION[function]
    words = words_of(signature)
    section = section_of(words)
    if family.startswith(_NAMED):
        words += words_of(family[len(_NAMED) :].replace("_", " "))
    return _first(words, section, category_of(category)).threat


def words_of(signature: str) -> list[str]:
    """The words of a message, small letters and figures of ASCII; what else there is parts words."""
    text = signature[:LONGEST_MESSAGE]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:LONGEST_MESSAGE]
    return text.encode("ascii", "replace").translate(_PARTED).decode().split()


def section_of(words: list[str]) -> str:
    """The part of a rule set a message names first: `malware` of `ET MALWARE …`; empty for a set we do not know."""
    if len(words) < 2:
        return ""
    if words[0] in _SECTION_FOLLOWS:
        return words[1]
    return f"{words[0]}-{words[1]}" if words[0] in _SECTION_OF_TWO else ""


@lru_cache(maxsize=1024)
def category_of(category: str) -> str:
    """A class in the spelling of the catalogue."""
    return " ".join(category[:LONGEST_MESSAGE].casefold().split())


def _first(words: list[str], section: str, category: str) -> Entry:
    """The earliest entry that fits. A word costs one look into a table, whatever the catalogue's length."""
    table = _TABLES.get(section, _ANY_SECTION)
    text = f" {' '.join(words)} "
    best = _wordless(section, category, text)
    rank = best.rank
    entries_of = table.words.get
    for word in words:
        for place, phrase, entry in entries_of(word, ()):
            if place >= rank:
                break
            if phrase in text and _fits(entry, text, category):
                best, rank = entry, place
                break
    if table.endings and table.endings[0][1].rank < rank:
        for word in words:
            if word.endswith(table.all_endings):
                best = min(best, _ended(table, word, text, category), key=_rank)
    return best


_rank = attrgetter("rank")


def _ended(table: Table, word: str, text: str, category: str) -> Entry:
    """The earliest entry that names an ending of the word."""
    fitting = (entry for end, entry in table.endings if word.endswith(end) and _fits(entry, text, category))
    return next(fitting, _LAST)


def _wordless(section: str, category: str, text: str) -> Entry:
    """The earliest entry that asks for no word."""
    for entry in _of_class(section, category):
        if not entry.without or _fits(entry, text, category):
            return entry
    return _LAST


@lru_cache(maxsize=4096)
def _of_class(section: str, category: str) -> tuple[Entry, ...]:
    return tuple(
        entry
        for entry in ENTRIES
        if not entry.phrases
        and not entry.endings
        and (not entry.sections or section in entry.sections)
        and (not entry.categories or category in entry.categories)
    )


def _fits(entry: Entry, text: str, category: str) -> bool:
    """Whether the class and the words that must not stand there allow the entry."""
    if (entry.categories and category not in entry.categories) or category in entry.not_categories:
        return False
    if not entry.without:
        return True
    return not any(phrase in text for phrase in entry.without)
