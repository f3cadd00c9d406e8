"""Compares the trail with its chain, and the chain with the heads kept outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connections

from base import platform_key
from tenants.audit.chain import Break, Head, Link, breaks, head_read
from tenants.models import AuditAnchor

AT_ONCE = 10_000
# A worker that was signing while the key changed.
OVERLAP = timedelta(minutes=5)
# Only the owner's connection may read the whole trail.
OWNER = "owner"


@dataclass
class Report:
    """What verification found. The tail is not sealed yet: changes to it could not be seen."""

    links: int = 0
    heads: int = 0
    outside: int = 0
    tail: int = 0
    tail_since: datetime | None = None
    breaks: list[Break] = field(default_factory=list)


def audit_verify(*, outside: Iterable[Path] = ()) -> Report:
    """Check every row. `outside`: files or directories with shipped heads."""
    report = Report()
    shipped = list(_shipped(outside, report))
    heads = [_head(row) for row in AuditAnchor.objects.order_by("position")]
    report.heads, report.outside = len(heads), len(shipped)
    wanted = {head.position for head in [*heads, *shipped]}
    hashes: dict[int, bytes] = {}
    report.breaks += breaks(_noting(_links(), report, wanted, hashes))
    for head in heads:
        report.breaks += _head_breaks(head, hashes, "head")
    for head in shipped:
        report.breaks += _head_breaks(head, hashes, "head kept outside")
    _unsealed(report)
    return report


def _links() -> Iterator[Link]:
    after = 0
    while True:
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT * FROM sec.audit_chain(%s, %s)", [after, AT_ONCE])
            rows = cursor.fetchall()
        for position, event_id, event_xid, link, fields in rows:
            yield Link(position, event_id, event_xid, bytes(link), fields)
        if len(rows) < AT_ONCE:
            return
        after = rows[-1][0]


def _noting(links: Iterable[Link], report: Report, wanted: set[int], hashes: dict[int, bytes]) -> Iterator[Link]:
    for link in links:
        report.links += 1
        if link.position in wanted:
            hashes[link.position] = link.hash
        yield link


def _head(row: AuditAnchor) -> Head:
    return Head(row.position, bytes(row.hash), row.at, row.key_id, bytes(row.signature))


def _head_breaks(head: Head, hashes: dict[int, bytes], name: str) -> Iterator[Break]:
    if not _signed(head):
        yield Break("bad_signature", head.position, None, f"{name} {head.position}: not signed by this platform's keys")
    elif head.position not in hashes:
        yield Break("cut", head.position, None, f"{name} {head.position}: the chain does not reach it any more")
    elif hashes[head.position] != head.hash:
        yield Break("rewritten", head.position, None, f"{name} {head.position}: the chain up to here was written anew")


def _signed(head: Head) -> bool:
    """Whether a head is signed by the key in use, or by an earlier one while that was in use."""
    key = platform_key.known_keys().get(head.key_id)
    if key is None or (key.until is not None and head.at > key.until + OVERLAP):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(head.signature, head.message())
    except InvalidSignature:
        return False
    return True


def _shipped(places: Iterable[Path], report: Report) -> Iterator[Head]:
    for place in places:
        for path in sorted(place.glob("head-*.json")) if place.is_dir() else [place]:
            try:
                yield head_read(path.read_text())
            except (OSError, ValueError) as problem:
                report.breaks.append(Break("unreadable", 0, None, f"{path}: {problem}"))


def _unsealed(report: Report) -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT event_id, at, late FROM sec.audit_unsealed()")
        for event_id, at, late in cursor.fetchall():
            if late:
                report.breaks.append(Break("inserted", 0, event_id, f"row {event_id} was put in after sealing"))
            else:
                report.tail += 1
                report.tail_since = min(filter(None, (report.tail_since, at)))
