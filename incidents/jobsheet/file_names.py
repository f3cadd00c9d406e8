"""Names of files as people see them, safe to print, to store and to put into a header. Plain rules."""

from __future__ import annotations

import unicodedata
from typing import Final

from base.identity import composed

LONGEST: Final = 200
NAMELESS: Final = "file"
_JOINERS: Final = frozenset("\u200d\ufe0f\ufe0e")  # hold an emoji together
_SHAPELESS: Final = ". \u00a0\u3000\u115f\u1160\u2800\u3164\uffa0" + "".join(sorted(_JOINERS))  # no name by themselves
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # not private use: firms' own kanji


def file_name(name: str) -> str:
    """The last part of a path, composed, without signs that cannot be seen.

    Those could end a header or a line, or turn the reading direction round and hide an ending. Blanks stay, the
    full-width one as well. A long name keeps its end, which says what kind of file it is.
    """
    last = composed(name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(sign for sign in last if sign in _JOINERS or unicodedata.category(sign) not in _REFUSED)
    cut = seen.strip()[-LONGEST:].strip()
    return cut if cut.strip(_SHAPELESS) else NAMELESS
