"""The link that ends what is not critical for a contact: in the mail, and in its List-Unsubscribe (RFC 2369, RFC 8058).

It does not expire: whoever is mailed may stop it whenever the mail is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.core import signing

from base.refusals import Refusal
from notifications.contact_rules import OPTIONAL, Topic
from notifications.links import page_url

SALT: Final = "notifications.stop"


@dataclass(frozen=True)
class StopLink:
    """What no more goes to whom. `contact_id` None: the firm's own address, where the firm names nobody."""

    tenant_id: int
    contact_id: int | None
    topic: Topic


class StopLinkUnreadable(Refusal):
    """Cut, altered, or not ours."""


def stop_token(link: StopLink) -> str:
    """What the address carries."""
    return signing.dumps([link.tenant_id, link.contact_id or 0, link.topic.value], salt=SALT)


def stop_url(tenant_id: int, contact_id: int | None, topic: Topic) -> str:
    """Absolute address of the page."""
    return page_url("notices:stop", stop_token(StopLink(tenant_id, contact_id, topic)))


def stop_read(token: str) -> StopLink:
    """What a link is about. Raises StopLinkUnreadable."""
    try:
        tenant_id, contact_id, topic = signing.loads(token, salt=SALT)
        link = StopLink(int(tenant_id), int(contact_id) or None, Topic(topic))
    except (signing.BadSignature, ValueError, TypeError):
        raise StopLinkUnreadable(token[:20]) from None
    if link.topic not in OPTIONAL:
        raise StopLinkUnreadable(token[:20])
    return link
