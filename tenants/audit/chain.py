"""The arithmetic of the sealed trail: plain functions on plain data.

A link is SHA-256 over the link before it and the row's fields as sec.audit_fields gives them, each written
`<bytes>:<text>` (a missing one `-`), joined by commas. sec.audit_seal writes the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)


@dataclass(frozen=True)
class Link:
    """One sealed row. `fields` is None when the row is gone."""

    position: int
    event_id: int
    event_xid: int
    hash: bytes
    fields: Sequence[str | None] | None


@dataclass(frozen=True)
class Break:
    """Something that is not as it was sealed."""

    kind: str
    position: int
    event_id: int | None
    text: str


def canonical(fields: Sequence[str | None]) -> bytes:
    """The bytes of one row. The lengths make them unambiguous."""
    return ",".join("-" if f is None else f"{len(f.encode())}:{f}" for f in fields).encode()


def link_hash(before: bytes, fields: Sequence[str | None]) -> bytes:
    """32 bytes."""
    return hashlib.sha256(before + canonical(fields)).digest()


def breaks(links: Iterable[Link]) -> Iterator[Break]:
    """What is wrong, in the chain's order. Each link is held against the *stored* one before it, so that one
    changed row is one break and not every row after it.
    """
    before, place, order = GENESIS, 0, (-1, 0)
    for link in links:
        if link.position != place + 1:
            yield Break("gap", place + 1, None, f"links {place + 1} to {link.position - 1} are missing")
        elif (problem := _wrong(link, before, order)) is not None:
            yield problem
        before, place, order = link.hash, link.position, (link.event_xid, link.event_id)


def _wrong(link: Link, before: bytes, order: tuple[int, int]) -> Break | None:
    where = f"row {link.event_id} (link {link.position})"
    if link.fields is None:
        return Break("missing", link.position, link.event_id, f"{where} was removed")
    if (link.event_xid, link.event_id) <= order:
        return Break("reordered", link.position, link.event_id, f"{where} stands before an older one")
    if link.hash != link_hash(before, link.fields):
        return Break("changed", link.position, link.event_id, f"{where} is not what was sealed")
    return None


@dataclass(frozen=True)
class Head:
    """The end of the chain at a time, signed by the platform's key `key_id`."""

    position: int
    hash: bytes
    at: datetime
    key_id: str
    signature: bytes

    def message(self) -> bytes:
        """What is signed."""
        return head_message(self.position, self.hash, self.at)

    def as_json(self) -> str:
        """One JSON object, as it is shipped."""
        facts = {
            "position": self.position,
            "hash": self.hash.hex(),
            "at": self.at.astimezone(UTC).isoformat(),
            "key_id": self.key_id,
            "signature": base64.b64encode(self.signature).decode(),
        }
        return json.dumps(facts, indent=1) + "\n"


def head_message(position: int, link: bytes, at: datetime) -> bytes:
    """What the platform signs about the end of the chain."""
    return f"otasuke-audit-v1\n{position}\n{link.hex()}\n{at.astimezone(UTC).isoformat()}\n".encode()


def head_read(text: str) -> Head:
    """A shipped head. Raises ValueError when it is none."""
    try:
        facts: dict[str, Any] = json.loads(text)
        at = datetime.fromisoformat(facts["at"])
        signature = base64.b64decode(facts["signature"], validate=True)
        return Head(int(facts["position"]), bytes.fromhex(facts["hash"]), at, str(facts["key_id"]), signature)
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"not a signed head: {problem}") from None
