"""Who sends: a box, known by the signature of its request. The firm comes from the key's row, never from the body."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from django.utils import timezone
from rest_framework.request import Request

from sensors import signing
from sensors.selectors import key_holder
from tenants.api.answers import Refusal


@dataclass(frozen=True)
class Box:
    """The sender of a good request. `headers` are all its headers by lower-case name."""

    tenant_id: int
    sensor_id: int
    signed: signing.SignedHeaders
    headers: dict[str, str]


def box_authenticate(request: Request, *, most_bytes: int) -> tuple[Box, bytes]:
    """The box and the body as sent: length, key, signature, revocation, freshness and hash are checked, in this order.

    Raises Refusal 400, 401, 403 or 413.
    """
    length_check(request, most_bytes=most_bytes)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        signed = signing.signed_headers(headers)
    except signing.Malformed as problem:
        raise Refusal(400, "malformed", str(problem)) from None
    holder = key_holder(device_id=signed.device_id, key_id=signed.key_id)
    message = signing.canonical_message(request.method or "", request.path, headers)
    if holder is None or not signing.verifies(holder.public_key, signed.signature, message):
        raise Refusal(401, "bad_signature", "unknown key, or the signature does not fit this request")
    if holder.revoked:
        raise Refusal(403, "revoked", "this key was revoked")
    if not signing.is_fresh(signed.sent_at, timezone.now()):
        raise Refusal(401, "stale_clock", "sent-at is more than ten minutes off: read /api/v1/time again")
    body: bytes = request.body
    if not hmac.compare_digest(hashlib.sha256(body).digest(), signed.content_sha256):
        raise Refusal(400, "hash_mismatch", "the body does not have the signed SHA-256")
    return Box(holder.tenant_id, holder.sensor_id, signed, headers), body


def length_check(request: Request, *, most_bytes: int) -> None:
    """Refuse a long body before reading it; without its length none is read. Raises Refusal 413."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > most_bytes):
        raise Refusal(413, "too_large", f"{length} bytes sent, at most {most_bytes} are taken")
