"""Numbers of rows as forms and addresses bring them."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[0-9]{1,18}")  # fits bigint; PostgreSQL or Python would raise an error for more digits


def number_in(text: str) -> int | None:
    """The whole number from 0 on that `text` is, in ASCII digits; None for anything else, also for too many digits."""
    return int(text) if _WHOLE.fullmatch(text) else None
