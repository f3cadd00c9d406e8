"""Texts that came from outside (a box, a mail, a file's name), shown as what they are.

A host name, a file name or a subject is chosen by whoever sent it. On a page it may not turn the line around or hide
letters; in a mail and on paper it may not become something to click on either.
"""

from __future__ import annotations

import re
import unicodedata

# Control characters, what turns text around or has no width, line and paragraph ends, halves of letters.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_SPACES = frozenset("\t\n\r")
# What mail programs and readers of PDF make a link of; the full stops of Japanese stand for a dot in names.
_SCHEME = re.compile(r"://")
_NAME_DOT = re.compile(r"(?<=[\w\-\]])[.\u3002\uff0e\uff61](?=[^\W\d_]|\[|xn--)")


def as_it_is(text: str) -> str:
    """The text in one line; what cannot be seen is named, as `[U+202E]`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_seen, text))


def defanged(text: str) -> str:
    """The same, and no program makes a link of it: `https[:]//example[.]com`, `name[@]example[.]com`.

    Numeric addresses stay as they are: they are read out on the phone and no program links them.
    """
    plain = _SCHEME.sub("[:]//", as_it_is(text))
    return _NAME_DOT.sub("[.]", plain).replace("@", "[@]")


def _seen(letter: str) -> str:
    if letter in _SPACES:
        return " "
    if unicodedata.category(letter) in _UNSEEN:
        return f"[U+{ord(letter):04X}]"
    return letter
