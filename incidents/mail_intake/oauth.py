"""Access tokens for mailboxes that take no passwords (Microsoft 365, Google Workspace), by OAuth 2.

`DESK_MAILBOX_TOKENS`: desk address → where and how its token is asked for (docs/desk-mail.md). Three ways:
client credentials (RFC 6749 4.4; Microsoft), a refresh token (RFC 6749 6), a signed assertion of a service account
(RFC 7523; Google).
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SECONDS: Final = 20
LONGEST_ANSWER: Final = 100_000
EARLY: Final = 120  # seconds before its end in which a token is no more used
ASSERTION_SECONDS: Final = 600
_BY_ASSERTION: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_kept: dict[str, tuple[str, float]] = {}


class TokenRefused(RuntimeError):
    """No token came; the text says what the endpoint answered, never a secret."""


class _NoRedirects(HTTPRedirectHandler):
    """A token endpoint that sends elsewhere would get our secret there."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def token_for(mailbox: str, client: Mapping[str, str]) -> str:
    """An access token for a mailbox, kept until shortly before its end. Raises TokenRefused."""
    token, until = _kept.get(mailbox, ("", 0.0))
    if time.monotonic() < until:
        return token
    answer = _token_response(client)
    token = str(answer.get("access_token") or "")
    if not token:
        raise TokenRefused("the answer holds no access_token")
    _kept[mailbox] = (token, time.monotonic() + _seconds(answer.get("expires_in")) - EARLY)
    return token


def token_forget(mailbox: str) -> None:
    """Ask anew the next time: the mailbox refused the token."""
    _kept.pop(mailbox, None)


def _seconds(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _token_response(client: Mapping[str, str]) -> dict[str, Any]:
    url = client.get("token_url", "")
    if not _is_safe(url):
        raise TokenRefused("token_url is not https")
    request = Request(url, data=urlencode(_form(client, url)).encode(), headers={"Accept": "application/json"})  # noqa: S310 (checked above)
    try:
        with build_opener(_NoRedirects()).open(request, timeout=SECONDS) as response:
            answer = json.loads(response.read(LONGEST_ANSWER))
    except HTTPError as error:
        raise TokenRefused(f"{error.code} {_code(error)}") from None
    except (OSError, ValueError) as error:
        raise TokenRefused(type(error).__name__) from error
    return answer if isinstance(answer, dict) else {}


def _is_safe(url: str) -> bool:
    """https, or a machine that talks to itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"})


def _form(client: Mapping[str, str], url: str) -> dict[str, str]:
    scope = {"scope": client["scope"]} if client.get("scope") else {}
    if client.get("private_key"):
        return {"grant_type": _BY_ASSERTION, "assertion": _assertion(client, url)}
    known = {name: client[name] for name in ("client_id", "client_secret") if client.get(name)}
    if client.get("refresh_token"):
        return {"grant_type": "refresh_token", "refresh_token": client["refresh_token"], **known, **scope}
    return {"grant_type": "client_credentials", **known, **scope}


def _assertion(client: Mapping[str, str], url: str) -> str:
    """A JSON Web Token (RFC 7519, RS256): the service account asks in the name of the mailbox's user."""
    now = int(time.time())
    claims = {
        "iss": client.get("issuer", ""),
        "sub": client.get("subject", ""),
        "scope": client.get("scope", ""),
        "aud": url,
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
    }
    signed = f"{_written({'alg': 'RS256', 'typ': 'JWT'})}.{_written(claims)}"
    try:
        key = load_pem_private_key(client["private_key"].encode(), password=None)
    except (ValueError, TypeError) as error:
        raise TokenRefused("private_key cannot be read") from error
    if not isinstance(key, RSAPrivateKey):
        raise TokenRefused("private_key is no RSA key")
    return f"{signed}.{_base64url(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def _written(claims: Mapping[str, object]) -> str:
    return _base64url(json.dumps(claims).encode())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _code(error: HTTPError) -> str:
    """The endpoint's error code (RFC 6749 5.2), such as invalid_client."""
    try:
        answer = json.loads(error.read(LONGEST_ANSWER))
    except (OSError, ValueError):
        return ""
    return str(answer.get("error", ""))[:60] if isinstance(answer, dict) else ""
