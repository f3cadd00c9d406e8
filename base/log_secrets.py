"""Logs name the pages people open, never the secret part of a link that opens something by itself."""

from __future__ import annotations

import logging
import re
from typing import Final

# Pages whose address carries a secret: what stands behind these words lets its finder in.
ONE_TIME: Final = (
    "invitations",
    "feedback",
    "call",
    "answer",
    "isolation/mail",
    "notices/confirm",
    "notices/stop",
    "accounts/confirm-email",
    "accounts/password/reset/key",
)
_SLASH = r"(?:/|%2[Ff])"
_SECRET = re.compile(
    rf"({_SLASH}(?:{'|'.join(page.replace('/', _SLASH) for page in ONE_TIME)}){_SLASH})(?!set-password)[^\s/%?#&\"'<>]+"
)


def without_secrets(text: str) -> str:
    """The text with three stars in the place of each link's secret, also inside a query (`?next=…`)."""
    return _SECRET.sub(r"\1***", text)


def is_one_time(path: str) -> bool:
    """Whether the page's address is a secret by itself."""
    return any(path.startswith(f"/{page}/") for page in ONE_TIME)


class SecretlessFormatter(logging.Formatter):
    """A line as it is written down, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, or several with a traceback."""
        return without_secrets(super().format(record))
