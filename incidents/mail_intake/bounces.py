"""Mails that came back: believed only when they bring our own mail's Message-ID, which nobody else can make.

Anybody can write a report that says an address takes no mail. Our Message-IDs are keyed (notifications.rules): who
sends one back has had the mail we sent to that address.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from incidents.mail_intake.doors import firm_of_address
from incidents.mail_intake.reading import ReadMail
from notifications.doors import firms_of_contact
from notifications.models import OutboxMessage
from notifications.rules import message_id
from notifications.services import message_mark_returned
from tenants.tenancy.scope import tenant_scope

RETURNED_WITHIN: Final = timedelta(days=14)  # mail servers give up after five days
MOST_SENT: Final = 2000
RETURNED: Final = "returned by a mail server"


def bounces_report(*, programme_id: int, read: ReadMail, now: datetime) -> None:
    """A firm's address that takes no mail is worth a call: the same request as when our server was refused."""
    named = frozenset((*read.returned, *read.references))
    for address in read.undelivered if named else ():
        for firm in _firms(programme_id, address.replace('"', "")):
            with tenant_scope(firm):
                sent = _sent(firm, address, named, now)
                if sent is not None:
                    message_mark_returned(message=sent, error=RETURNED, now=now)


def _firms(programme_id: int, address: str) -> list[int]:
    """The firm whose address it is, and those whose contact has it: an accountant is told by several."""
    own = firm_of_address(programme_id, address)
    return list(dict.fromkeys([*([own] if own is not None else []), *firms_of_contact(programme_id, address)]))


def _sent(firm: int, address: str, named: frozenset[str], now: datetime) -> OutboxMessage | None:
    """The mail of ours to this address that was sent back."""
    written = address.replace('"', "")  # old carriers' addresses travel in quotes
    sent = OutboxMessage.objects.filter(tenant_id=firm, to__iexact=written, created_at__gt=now - RETURNED_WITHIN)
    message: OutboxMessage
    for message in sent.order_by("-pk")[:MOST_SENT]:
        if message_id(firm, message.key, settings.MAIL_DOMAIN) in named:
            return message
    return None
