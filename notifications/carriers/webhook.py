"""Messages for a firm's own program, signed after Standard Webhooks 1.0 (webhook-id, -timestamp, -signature).

The receiver checks HMAC-SHA256 over `id.timestamp.body` with the secret behind `whsec_`, refuses old timestamps, and
knows by the id, which is the same at every try, what it has already.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Final

from notifications.carriers.chat import JSON
from notifications.carriers.request import Notice, Post

PREFIX: Final = "whsec_"


def secret_make() -> str:
    """A new secret: 32 random bytes, as the specification writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def webhook_post(url: str, secret: str, notice: Notice, *, now: datetime) -> Post:
    """The event as JSON with its signature; `now`: of this try."""
    body = json.dumps(
        {
            "type": f"notice.{notice.kind}",
            "timestamp": notice.at.isoformat(timespec="seconds"),
            "data": {"title": notice.title, "grade": notice.grade, "url": notice.link, "language": notice.language},
        },
        ensure_ascii=False,
    ).encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": JSON,
        "Webhook-Id": notice.id,
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": signature(secret, notice.id, timestamp, body),
    }
    return Post(url, headers, body)


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """`v1,` and the signature in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
