"""Addresses mail can be delivered to: one rule for what is saved, asked for and sent to. Plain functions.

Old carriers gave out addresses that break the RFC, such as `taro..yamada@` and `taro.@`; they exist and must get mail.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email

LONGEST = 254  # RFC 5321 4.5.3.1.3
_LONGEST_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"\Z')
_IN_DOMAINS = "・。．｡"  # besides letters; a Japanese comma behind an address does not belong to it
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
# At least two labels, the last one of letters (RFC 3696 2): a bare host or an IP address is nobody's mail domain.
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+(?:[A-Za-z]{{2,63}}|[Xx][Nn]--{_LABEL})\Z")


class AddressUnusable(ValueError):
    """No mail server would take this address."""


def address_for_delivery(address: str) -> str:
    """The address as SMTP wants it: the local part quoted where it breaks the RFC, the domain in ASCII.

    Raises AddressUnusable for an empty or too long one, one without @ or whole domain, with spaces, line breaks or
    non-ASCII in the local part.
    """
    text = address.strip(" \t\u3000")
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or not text.isprintable() or len(text) > LONGEST or len(local) > _LONGEST_LOCAL:
        raise AddressUnusable(address[:LONGEST])
    if any(sign > "\x7f" and unicodedata.category(sign)[0] not in "LMN" and sign not in _IN_DOMAINS for sign in domain):
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


class DeliverableAddress(EmailValidator):
    """Django's check of an address by our rule: looser in the local part, stricter in the domain."""

    def __call__(self, value: Any) -> None:
        """Raises ValidationError."""
        try:
            address_for_delivery(str(value or ""))
        except AddressUnusable:
            raise ValidationError(self.message, code=self.code, params={"value": value}) from None


def addresses_are_deliverable() -> None:
    """Make the rule that of every form and model.

    Django and allauth share one validator object, in fields and in code that takes no field (log-in, lost passwords).
    Whoever exchanged it field by field would forget one, and a person could be invited who can never log in.
    """
    validate_email.__class__ = DeliverableAddress
