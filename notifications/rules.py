"""Rules of delivery: addresses, Message-IDs, when to try again. Plain functions on plain data."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

MAX_ATTEMPTS = 30  # with the pauses below, about a day
LONGEST_PAUSE = timedelta(hours=1)
WARN_AFTER_ATTEMPTS = 3  # an urgent mail that still waits then is worth a phone call

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"\Z')
_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*\Z"
)

# Whoever opens an invitation's link can join with it, and who has a question's link answers for the firm: such a
# mail waits sealed, and is forgotten once it is sent.
SECRET_KINDS = frozenset({"invitation", "feedback"})


class AddressUnusable(ValueError):
    """No mail server would take this address."""


class HeaderInjection(ValueError):
    """A line break where a mail header would end up."""


def address_for_delivery(address: str) -> str:
    """The address as SMTP wants it: the local part quoted where it breaks the RFC, the domain in ASCII.

    Old carriers gave out addresses such as `taro..yamada@` and `taro.@`; they exist and must get mail.
    Raises AddressUnusable for an empty one, one without @, with spaces, line breaks or non-ASCII in the local part.
    """
    text = address.strip(" \t\u3000")
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or not text.isprintable():
        raise AddressUnusable(address)
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressUnusable(address) from error
    if not _DOMAIN.match(domain) or not local.isascii():
        raise AddressUnusable(address)
    if _DOT_ATOM.match(local) or _QUOTED.match(local):
        return f"{local}@{domain}"
    if re.search(r'[\s"<>(),;:@\\]', local):
        raise AddressUnusable(address)
    return f'"{local}"@{domain}'


def one_line(text: str) -> str:
    """`text` unchanged. Raises HeaderInjection when it has a line break or another control character."""
    if not text.isprintable():
        raise HeaderInjection(text)
    return text


def message_id(tenant_id: int, key: str, domain: str) -> str:
    """The same for the same message at every try, so that a repeat is recognised; it tells nothing about the firm."""
    digest = hashlib.sha256(f"{tenant_id}\n{key}".encode()).hexdigest()[:40]
    return f"<{digest}@{domain}>"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the given number of failed tries: 1, 2, 4 … minutes, at most an hour."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def is_permanent(reply_code: int) -> bool:
    """Whether an SMTP reply means that trying again is useless (RFC 5321 4.2.1)."""
    return 500 <= reply_code <= 599
