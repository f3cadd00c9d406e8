"""Who sent a mail, read from headers as they are really written. Plain functions, linear: headers come cut."""

from __future__ import annotations

import re
from email.message import Message
from email.utils import parseaddr
from typing import Final

from incidents.mail_intake.charsets import header_text, one_line

LONGEST_FIELD: Final = 1_000  # a field with more holds many addresses; a sender is the first of them
# Only whole addresses: a piece of one (o'brien@…, a@b@…, a name of 80 letters) would be somebody else's.
_ADDRESS: Final = re.compile(
    r"""(?<![^\s<>"'(),;:\[])(?:"[^\s"<>(),;:@\\]{1,64}"|[^\s<>"'(),;:@\[][^\s<>"(),;:@]{0,63})"""
    r"""@[^\s<>"'(),;:@.\]]{1,63}(?:\.[^\s<>"'(),;:@.\]]{1,63}){1,20}(?!\.?[^\s<>"'(),;:.\]])"""
)
# Where a group that had to change the sender (DMARC) keeps the person who wrote.
_WROTE: Final = ("X-Original-From", "X-Google-Original-From", "Reply-To", "X-Original-Sender")
_SENT: Final = ("From", "Reply-To", "Sender")
_VIA: Final = re.compile(r"\s(?:via|経由)\s|\svia$|経由$", re.IGNORECASE)


def sender_read(message: Message, *, own: frozenset[str] = frozenset()) -> tuple[str, str]:
    """(name, address) of who wrote; two empty texts when there is no address.

    `own`: the desk's addresses. A mail whose sender is one of them, or the list it went through, was written by
    whoever the group names instead.
    """
    name, address = _first(message, _SENT)
    if address and _is_group(message, address, name, own):
        wrote_name, wrote = _first(message, _WROTE)
        if wrote and not _is_group(message, wrote, "", own):
            return wrote_name or _VIA.split(name)[0].strip("'\" "), wrote
    return name, address


def _is_group(message: Message, address: str, name: str, own: frozenset[str]) -> bool:
    posts = (
        str(message.get("List-Post", "")) + str(message.get("X-BeenThere", "")) + str(message.get("Mailing-List", ""))
    )
    via = bool(_VIA.search(name)) and "List-Id" in message
    return address.lower() in own or address.lower() in posts.lower() or via


def _first(message: Message, fields: tuple[str, ...]) -> tuple[str, str]:
    for field in fields:
        value = re.sub(r"\r?\n[ \t]*", " ", str(message.get(field, "")))[:LONGEST_FIELD]
        # Some programs encode the whole field, address and all.
        for written in (value, header_text(value)):
            name, address = _parsed(written)
            match = _ADDRESS.search(address) or _ADDRESS.search(written)
            if match:
                shown = header_text(name) or _rest(header_text(written), match[0])
                # An address may hold raw UTF-8, also by mistake, which no database keeps as it came.
                return shown[:120], header_text(match[0]).replace('"', "")[:254]
    return "", ""


def _rest(written: str, address: str) -> str:
    """What stands beside an address, when it is a name: no second address, no label of a link or a group."""
    rest = one_line(written.replace(address, "")).removeprefix("mailto:").strip("<>[]\"',;: ")
    return "" if "@" in rest else rest


def _parsed(written: str) -> tuple[str, str]:
    try:
        return parseaddr(written)
    except (RecursionError, IndexError, ValueError):  # comments in comments, a thousand deep
        return "", ""
