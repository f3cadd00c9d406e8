"""What goes to another's server, and what goes in it. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Notice:
    """A message as it leaves the house: what it is and where to read on, nothing that must stay inside.

    `id` is the same at every try; `grade` 0-3 or None; `link` may be empty; `at`: when it was written.
    """

    id: str
    kind: str
    title: str
    link: str
    grade: int | None
    language: str
    at: datetime


@dataclass(frozen=True)
class Post:
    """An HTTP POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What came back; the body is cut at the length that is read."""

    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        """2xx."""
        return 200 <= self.status <= 299
