"""A chain of evidence: every link carries its own hash and, through the one before, that of all before it.

Anybody can check it with sha256sum: a link's hash is of its canonical text, the chain's of the hash before it and this
text (docs/insurance.md). Plain data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

START = "0" * 64


@dataclass(frozen=True)
class Link:
    """One piece of evidence. `data` holds texts, whole numbers, truth values, lists and dictionaries only."""

    kind: str
    data: Mapping[str, Any]
    sha256: str
    chain_sha256: str


def canonical(kind: str, data: Mapping[str, Any]) -> str:
    """The exact text whose UTF-8 is hashed: JSON with sorted keys and no spaces."""
    return json.dumps({"kind": kind, **data}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def linked(pieces: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Link]:
    """Links of the pieces in their order; the last one's `chain_sha256` stands for the whole."""
    links: list[Link] = []
    before = START
    for kind, data in pieces:
        text = canonical(kind, data)
        before = _sha256(before + text)
        links.append(Link(kind, data, _sha256(text), before))
    return links


def broken_at(links: Sequence[Link]) -> int | None:
    """Position (from 0) of the first link that is not what it was; None: every hash agrees."""
    for place, (stored, computed) in enumerate(
        zip(links, linked((link.kind, link.data) for link in links), strict=True)
    ):
        if (stored.sha256, stored.chain_sha256) != (computed.sha256, computed.chain_sha256):
            return place
    return None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
