"""Signatures between boxes and the platform (docs/intake-protocol.md): plain functions on plain data."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FRESH_FOR = timedelta(minutes=10)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_WITHOUT_SIGNATURE = "otasuke-signature"


class Malformed(ValueError):
    """A request that no correct box sends; `str()` says what is wrong with it."""


@dataclass(frozen=True)
class SignedHeaders:
    """The signed headers every request carries. `sent_at` is aware; `content_sha256` is 32 bytes."""

    device_id: UUID
    key_id: UUID
    sent_at: datetime
    clock_offset_ms: int
    content_sha256: bytes
    signature: bytes


def canonical_message(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    """What is signed: the method, the path and every `otasuke-` header but the signature, sorted by name.

    `headers` has lower-case names.
    """
    named = sorted((name, value) for name, value in headers.items() if name.startswith("otasuke-"))
    lines = "".join(f"{name}:{value}\n" for name, value in named if name != _WITHOUT_SIGNATURE)
    return f"otasuke-v1\n{method}\n{path}\n{lines}".encode()


def activation_message(code: str, public_key: str) -> bytes:
    """What a box signs to prove that it holds the key it registers; both as they stand in the request."""
    return f"otasuke-activation-v1\n{code}\n{public_key}\n".encode()


def rotation_message(device_id: str, public_key: str) -> bytes:
    """What a box signs with its new key to prove that it holds it; the request itself is signed with the old one."""
    return f"otasuke-key-v1\n{device_id}\n{public_key}\n".encode()


def time_message(nonce: str, now: str) -> bytes:
    """What the platform signs when a box asks for the time."""
    return f"otasuke-time-v1\n{nonce}\n{now}\n".encode()


def verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the Ed25519 signature is good. A key that is no key verifies nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def signed_headers(headers: Mapping[str, str]) -> SignedHeaders:
    """The six headers, from lower-case names. Raises Malformed."""
    digest = _header(headers, "otasuke-content-sha256")
    if not _SHA256.fullmatch(digest):
        raise Malformed("Otasuke-Content-SHA256 must be 64 hexadecimal digits")
    return SignedHeaders(
        device_id=uuid_header(headers, "otasuke-device"),
        key_id=uuid_header(headers, "otasuke-key"),
        sent_at=_moment(_header(headers, "otasuke-sent-at")),
        clock_offset_ms=whole_header(headers, "otasuke-clock-offset-ms"),
        content_sha256=bytes.fromhex(digest),
        signature=base64_bytes(_header(headers, _WITHOUT_SIGNATURE), 64),
    )


def is_fresh(sent_at: datetime, now: datetime) -> bool:
    """Whether a request's time is within ten minutes of ours."""
    return abs(now - sent_at) <= FRESH_FOR


def base64_bytes(text: str, length: int) -> bytes:
    """Exactly `length` bytes. Raises Malformed."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("not base64") from None
    if len(value) != length:
        raise Malformed(f"{length} bytes expected, {len(value)} found")
    return value


def whole_header(headers: Mapping[str, str], name: str, *, lowest: int = -(10**15), highest: int = 10**15) -> int:
    """A whole number within bounds. Raises Malformed."""
    text = _header(headers, name)
    if not _WHOLE.fullmatch(text) or not lowest <= int(text) <= highest:
        raise Malformed(f"{name} must be a whole number from {lowest} to {highest}")
    return int(text)


def uuid_header(headers: Mapping[str, str], name: str) -> UUID:
    """A UUID in its usual form. Raises Malformed."""
    text = _header(headers, name)
    try:
        value = UUID(text)
    except ValueError:
        raise Malformed(f"{name} must be a UUID") from None
    if str(value) != text.lower():
        raise Malformed(f"{name} must be a UUID")
    return value


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value or not value.isascii():
        raise Malformed(f"header {name} is missing")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed("Otasuke-Sent-At must be an RFC 3339 time with its zone") from None
