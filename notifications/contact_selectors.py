"""Named reads of the contacts of a firm, in any scope that sees it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from base.prepared import PreparedRows
from notifications.models import NoticeContact, OutboxMessage
from notifications.states import NoticeContactState
from tenants.tenancy.scope import current_scope

MOST_MESSAGES = 50
_OF_FIRM = PreparedRows(
    "contacts_of_firm",
    ("bigint", "text"),
    NoticeContact,
    "WHERE tenant_id = $1 AND state <> $2 ORDER BY is_main DESC, id",
)


def contacts_of(tenant_id: int) -> QuerySet[NoticeContact]:
    """The contacts of a firm that were not taken off, the firm's own address first."""
    kept = NoticeContact.objects.filter(tenant_id=tenant_id).exclude(state=NoticeContactState.ENDED)
    return kept.order_by("-is_main", "pk")


def contacts_listed(tenant_id: int) -> list[NoticeContact]:
    """The same, for those who write to one firm after the other."""
    current_scope()
    return _OF_FIRM.models(tenant_id, NoticeContactState.ENDED.value)


def contact_of(tenant_id: int, contact_id: int) -> NoticeContact | None:
    """One of them; None when it was taken off or is somebody else's."""
    contact: NoticeContact | None = contacts_of(tenant_id).filter(pk=contact_id).first()
    return contact


def messages_to(contact: NoticeContact) -> list[OutboxMessage]:
    """What went or waits to go to a contact, the newest first."""
    rows = OutboxMessage.objects.filter(tenant_id=contact.tenant_id, contact_id=contact.pk)
    return list(rows.defer("text", "html").order_by("-pk")[:MOST_MESSAGES])


def last_messages(contacts: Iterable[NoticeContact]) -> dict[int, OutboxMessage]:
    """Contact → its newest message."""
    newest: dict[int, OutboxMessage] = {}
    for contact in contacts:
        rows = OutboxMessage.objects.filter(tenant_id=contact.tenant_id, contact_id=contact.pk)
        message = rows.defer("text", "html").order_by("-pk").first()
        if message is not None:
            newest[contact.pk] = message
    return newest
