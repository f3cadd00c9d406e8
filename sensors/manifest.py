"""What an order says, as plain data: its content, the bytes that are signed, and rules about what may be let be."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from re import fullmatch
from typing import Any

from base.reasons import says_something
from base.refusals import Refusal

FORMAT = 1
VALID_FOR = timedelta(days=7)
RENEWED_AFTER = timedelta(days=3)
FUNCTIONS = ("ips", "av", "wg")
HASHES_PER_FILE = 1_000  # a new hash changes the last file only: 65 kB for a box to fetch
LONGEST_SUPPRESSION = timedelta(days=365)


class SuppressionRefused(Refusal):
    """A suppression cannot be made like this; the text is a code for the page."""


def signed_bytes(manifest: bytes) -> bytes:
    """What the platform's key signs."""
    return b"otasuke-order-v1\n" + manifest


def manifest_bytes(
    content: dict[str, Any], *, device_id: str, version: int, issued_at: datetime, valid_for: timedelta = VALID_FOR
) -> bytes:
    """The order as it is sent: for one box, numbered, with an end."""
    head = {
        "format": FORMAT,
        "device_id": device_id,
        "version": version,
        "issued_at": issued_at.isoformat(timespec="seconds"),
        "expires_at": (issued_at + valid_for).isoformat(timespec="seconds"),
    }
    return json.dumps({**head, **content}, sort_keys=True, separators=(",", ":")).encode()


def content_sha256(content: dict[str, Any]) -> str:
    """The same for the same content, whatever its number and time."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def packed(text: str) -> tuple[str, bytes]:
    """(SHA-256, bytes) of a file for boxes; the same text gives the same bytes."""
    content = gzip.compress(text.encode(), compresslevel=6, mtime=0)
    return hashlib.sha256(content).hexdigest(), content


def hash_files(hashes: Sequence[str]) -> list[str]:
    """Texts of the hash files, oldest hashes first, so that only the last one changes."""
    return [
        "".join(f"{sha256}\n" for sha256 in hashes[start : start + HASHES_PER_FILE])
        for start in range(0, len(hashes), HASHES_PER_FILE)
    ]


def names_text(blocked: Iterable[str], allowed: Iterable[str]) -> str:
    """The web guard's file: a name a line, names to let pass with a `!`."""
    return "".join(f"{name}\n" for name in sorted(blocked)) + "".join(f"!{name}\n" for name in sorted(allowed))


def switched(off: Iterable[str]) -> dict[str, bool]:
    """Function → whether it is on. Unknown names are ignored."""
    return {name: name not in set(off) for name in FUNCTIONS}


def suppression_check(
    *, source: str, destination: str, device: str, effect: str, reason: str, lasts: timedelta
) -> tuple[str, str, str]:
    """(source, destination, device) in one spelling.

    Raises SuppressionRefused: without any of the three the whole rule would be off; what is let pass is known to the
    engine by address, not by device; a reason and an end are needed.
    """
    if not says_something(reason):
        raise SuppressionRefused("reason_missing")
    if not timedelta(0) < lasts <= LONGEST_SUPPRESSION:
        raise SuppressionRefused("bad_end")
    networks = _network(source), _network(destination)
    mac = device.strip().lower().replace("-", ":")
    if mac and not fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", mac):
        raise SuppressionRefused("bad_device")
    if not any((*networks, mac)):
        raise SuppressionRefused("too_wide")
    if effect == "allow" and not any(networks):
        raise SuppressionRefused("allow_needs_address")
    return networks[0], networks[1], mac


def _network(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        raise SuppressionRefused("bad_address") from None
