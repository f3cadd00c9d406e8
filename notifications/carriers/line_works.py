"""LINE WORKS: a bot of the firm writes into one of its talk rooms (API 2.0).

Sources: LINE WORKS Developers "Service Account authentication (JWT)" (RFC 7523: a token for an assertion signed with
the account's private key) and "Send messages, to a channel".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from notifications.carriers.chat import FORM, JSON
from notifications.carriers.request import Answer, Notice, Post

FIELDS: Final = ("client_id", "client_secret", "service_account", "private_key", "bot_id", "channel_id")
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FULL_WIDTH: Final = {ord("<"): 0xFF1C, ord(">"): 0xFF1E}
_ASSERTION_HOLDS: Final = timedelta(minutes=10)


class KeyUnreadable(ValueError):
    """The private key is no RSA key in PEM."""


class TokenMissing(ValueError):
    """The answer holds no access token."""


def token_post(account: Mapping[str, str], *, now: datetime) -> Post:
    """Asks for an access token. Raises KeyUnreadable."""
    form = {
        "assertion": assertion(account, now=now),
        "grant_type": _GRANT,
        "client_id": account["client_id"],
        "client_secret": account["client_secret"],
        "scope": "bot.message",
    }
    return Post(f"{settings.LINE_WORKS_AUTH_URL}/oauth2/v2.0/token", {"Content-Type": FORM}, urlencode(form).encode())


def token_in(answer: Answer) -> str:
    """The token of an answer. Raises TokenMissing."""
    try:
        token = json.loads(answer.body).get("access_token", "")
    except (ValueError, AttributeError):
        token = ""
    if not isinstance(token, str) or not token:
        raise TokenMissing("no access_token")
    return token


def message_post(account: Mapping[str, str], token: str, notice: Notice) -> Post:
    """The title and the link as a text of the bot."""
    text = "\n".join(filter(None, (_plain(notice.title), notice.link)))
    bot, channel = quote(account["bot_id"], safe=""), quote(account["channel_id"], safe="")
    return Post(
        f"{settings.LINE_WORKS_API_URL}/v1.0/bots/{bot}/channels/{channel}/messages",
        {"Content-Type": JSON, "Authorization": f"Bearer {token}"},
        json.dumps({"content": {"type": "text", "text": text}}, ensure_ascii=False).encode(),
    )


def assertion(account: Mapping[str, str], *, now: datetime) -> str:
    """The signed JWT (RS256): who asks (client), as whom (service account), from when to when. Raises KeyUnreadable."""
    issued = int(now.timestamp())
    claims = {
        "iss": account["client_id"],
        "sub": account["service_account"],
        "iat": issued,
        "exp": issued + int(_ASSERTION_HOLDS.total_seconds()),
    }
    signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    mark = key_read(account["private_key"]).sign(signed.encode(), PKCS1v15(), SHA256())
    return f"{signed}.{_base64(mark)}"


def key_read(text: str) -> RSAPrivateKey:
    """The service account's private key. Raises KeyUnreadable."""
    try:
        key = load_pem_private_key(text.strip().encode(), password=None)
    except (ValueError, TypeError) as problem:
        raise KeyUnreadable("no private key in PEM") from problem
    if not isinstance(key, RSAPrivateKey):
        raise KeyUnreadable("no RSA key")
    return key


def _plain(text: str) -> str:
    """Without what LINE WORKS reads as a mention (`<m userId="all">`)."""
    return text.translate(_FULL_WIDTH)


def _part(content: Mapping[str, object]) -> str:
    return _base64(json.dumps(content, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
