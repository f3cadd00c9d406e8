"""Technical words and what a firm reads instead (UI rule 4).

The list stands in plain_words.toml. `unexplained` checks a page: a technical word may stand on it only together with
its plain form, as in 「攻撃者の指令サーバー(C&Cサーバー)」.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Language = Literal["ja", "en"]
_FILE: Final = Path(__file__).with_name("plain_words.toml")


@dataclass(frozen=True)
class PlainWord:
    """`key` names the entry; `terms` are the forms met in text, matched without regard to case and width of letters."""

    key: str
    terms: tuple[str, ...]
    plain: dict[Language, str]
    about: dict[Language, str]


def _read() -> tuple[PlainWord, ...]:
    entries = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        PlainWord(
            key,
            tuple(entry["terms"]),
            {"ja": entry["ja"], "en": entry["en"]},
            {"ja": entry["about_ja"], "en": entry["about_en"]},
        )
        for key, entry in entries.items()
    )


WORDS: Final = _read()

BY_KEY: Final = {word.key: word for word in WORDS}


def _pattern(term: str) -> str:
    """Latin words only as whole words: `DoS` is not in `Windows`, `CVE` not in `receive`."""
    before = r"(?<![A-Za-z0-9])" if term[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if term[-1].isascii() else ""
    return before + re.escape(term) + after


_FINDERS: Final = tuple(
    (word, re.compile("|".join(_pattern(term) for term in word.terms), re.IGNORECASE)) for word in WORDS
)


def technical(text: str) -> list[PlainWord]:
    """The technical words that occur in the text, in the order of the list."""
    return [word for word, finder in _FINDERS if finder.search(text)]


def unexplained(text: str, language: Language) -> list[PlainWord]:
    """Technical words that stand in the text without their plain form: a firm's page must have none."""
    lowered = text.lower()
    return [word for word in technical(text) if word.plain[language].lower() not in lowered]


def plain(term: str, language: Language) -> str:
    """The plain form of one technical word; a word that is not in the list comes back as it is."""
    for word, finder in _FINDERS:
        if finder.fullmatch(term.strip()):
            return word.plain[language]
    return term
