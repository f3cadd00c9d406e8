"""The link with which whoever reads at an address confirms that it is a contact of a firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core import signing

from base.refusals import Refusal
from notifications.links import page_url
from notifications.models import NoticeContact

SALT: Final = "notifications.confirm"
HOLDS: Final = timedelta(days=7)


@dataclass(frozen=True)
class ConfirmLink:
    """Which contact; its address never changes."""

    tenant_id: int
    contact_id: int


class ConfirmLinkUnusable(Refusal):
    """Cut, altered, not ours, or older than HOLDS."""


def confirm_token(link: ConfirmLink) -> str:
    """What the address carries."""
    return signing.dumps([link.tenant_id, link.contact_id], salt=SALT)


def confirm_url(contact: NoticeContact) -> str:
    """Absolute address of the page."""
    return page_url("notices:confirm", confirm_token(ConfirmLink(contact.tenant_id, contact.pk)))


def confirm_read(token: str) -> ConfirmLink:
    """What a link is about. Raises ConfirmLinkUnusable."""
    try:
        tenant_id, contact_id = signing.loads(token, salt=SALT, max_age=HOLDS)
        return ConfirmLink(int(tenant_id), int(contact_id))
    except (signing.BadSignature, ValueError, TypeError):
        raise ConfirmLinkUnusable(token[:20]) from None
