"""What counts as a reason: words somebody can read later, not signs that only fill a field.

The same rule for every reason a person gives: breaking the glass, suppressing, promoting, rejecting, correcting.
"""

from __future__ import annotations

import unicodedata

# Letters by their category that show nothing.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0")
LETTERS, KINDS = 2, 2  # 「誤報」 is a reason, "x" and 「あああ」 are none
GRAVE_LETTERS, GRAVE_KINDS = 10, 6  # before a firm's data is opened


def letters_of(text: str) -> str:
    """The letters of the text in one form (NFKC, small): no space, digits, signs, marks or invisible characters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalpha() and sign not in _BLANK)


def says_something(text: str, *, letters: int = LETTERS, kinds: int = KINDS) -> bool:
    """Whether `text` has at least `letters` letters, `kinds` different ones among them.

    `sec.says_something` is the same for the grave ones, in PostgreSQL.
    """
    letters_in = letters_of(text)
    return len(letters_in) >= letters and len(set(letters_in)) >= kinds
