"""Telephone numbers as people and telephone systems write them. Plain functions.

Oldest complaint about desk software: a number with "/" or hyphens is not recognised (Zammad 4872, 5117).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tenants.identity import Phone, phone

# How close a number is to one of a firm.
SAME, NEAR = 2, 1
_SEVERAL = re.compile(r"[/／、,;\n]|または|or")
_LABEL = re.compile(r"^(?:tel|電話|携帯|代表|直通|fax)?[::.\s]*", re.IGNORECASE)
HIDDEN = frozenset({"anonymous", "unavailable", "非通知", "withheld", "private", "公衆電話", "表示圏外"})


@lru_cache(maxsize=8192)
def numbers_in(text: str) -> tuple[Phone, ...]:
    """Every number in a text: "03-1234-5678 / 090-…", "+81 3…", full-width, "sip:…@…", "内線 12", "(代表)"."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"^(?:sips?|tel):", "", plain, flags=re.IGNORECASE).split("@")[0]
    plain = re.sub(r"[‐‑‒–—―−ー]", "-", plain)
    whole = phone(_LABEL.sub("", plain))
    if whole is not None and not _SEVERAL.search(plain):
        return (whole,)
    found = [phone(_LABEL.sub("", part.strip())) for part in _SEVERAL.split(plain)]
    # One number written with strokes: 03/1234/5678.
    usable = tuple(number for number in found if number is not None and _dialled(number))
    if not usable and (joined := phone(_SEVERAL.sub("-", plain))) is not None:
        return (joined,)
    return usable


def number_of(text: str) -> Phone | None:
    """The first number in a text; None when there is none, such as 非通知."""
    found = numbers_in(text)
    return found[0] if found else None


def is_hidden(text: str) -> bool:
    """Whether a telephone system says that the caller shows no number."""
    return unicodedata.normalize("NFKC", text).strip().lower() in HIDDEN


def closeness(asked: str, known: str) -> int:
    """SAME, NEAR (only the last two digits differ: a direct line beside the main number), or 0. Both in E.164."""
    if not asked or not known:
        return 0
    if asked == known:
        return SAME
    # Mobile and free numbers come in no blocks of one firm.
    in_blocks = not re.match(r"\+81(?:[5789]0|120|800)", asked)
    return NEAR if in_blocks and len(asked) == len(known) and asked[:-2] == known[:-2] else 0


def _dialled(number: Phone) -> bool:
    return len(re.sub(r"\D", "", number.e164)) >= 10
