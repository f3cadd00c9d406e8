"""Signs that no font of the house can draw: printed as 〓 with a note, never as an empty box."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from functools import cache
from typing import Final

from fontTools.ttLib import TTCollection, TTFont

# What Pango falls back on, in this order: Japanese text; rare kanji of names (to CJK extension F); emoji and symbols.
FAMILIES: Final = ("Noto Sans CJK JP", "HanaMinA", "HanaMinB", "Symbola")
GETA: Final = "〓"  # what Japanese printers set where a type is missing
NOTES: Final = {
    "ja": "「〓」は、この紙に印刷できない文字です。画面では表示されます。",
    "en": "〓 stands for a character that this paper cannot print. It is shown on screen.",
}
_ABOVE_LATIN: Final = re.compile(r"[^\x00-\u024f]")
_NEVER_PRINTED: Final = {
    **dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), " "),  # ends of lines that only some programs know
    # Control letters are boxes; a sign that turns the reading direction turns all that stands behind a name.
    **dict.fromkeys((*range(9), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)), None),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFC)), None),
}
# Format signs that have a shape all the same: signs of numbers in Arabic and its neighbours, of Egyptian.
_SHAPED: Final = frozenset(
    (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440))
)
# Choose a form of the sign before them; they have no shape of their own.
_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_LANGUAGE: Final = re.compile(r"""<html lang=["']?([a-z]+)""")


def without_boxes(html: str) -> str:
    """The page with 〓 for every sign that would be an empty box, and a note at its end that says so.

    Control letters, and signs that turn the reading direction round, are left out: nobody sees them on screen either.
    """
    html = html.translate(_NEVER_PRINTED)
    missing = {sign for sign in set(_ABOVE_LATIN.findall(html)) if not _drawn(sign)}
    if not missing:
        return html
    page = html.translate(dict.fromkeys(map(ord, missing), GETA))
    language = _LANGUAGE.search(html[:500])
    note = NOTES.get(language.group(1) if language else "ja", NOTES["ja"])
    before, end, after = page.rpartition("</body>")
    return f'{before}<p class="sub">{note}</p>{end}{after}' if end else page


def _drawn(sign: str) -> bool:
    place = ord(sign)
    shapeless = unicodedata.category(sign) in ("Cf", "Zs") or any(place in span for span in _SELECTORS)
    return (shapeless and place not in _SHAPED) or place in _coverage()


@cache
def _coverage() -> frozenset[int]:
    """Code points of all FAMILIES that are installed; about half a second, once in a process."""
    covered: set[int] = set()
    for family in FAMILIES:
        command = ["fc-match", "-f", "%{family}\t%{file}", family]
        names, _tab, path = subprocess.run(command, capture_output=True, text=True, check=True).stdout.partition("\t")
        if family in names.split(","):
            covered |= _code_points(path, family)
    return frozenset(covered)


def _code_points(path: str, family: str) -> set[int]:
    if not path.endswith(".ttc"):
        return set(TTFont(path, lazy=True).getBestCmap())
    fonts = TTCollection(path, lazy=True).fonts
    return set(next(font for font in fonts if font["name"].getDebugName(1) == family).getBestCmap())
