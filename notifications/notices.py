"""A message for a firm: written for each of its contacts who wants it, in their language, with links of their own."""

from __future__ import annotations

from collections.abc import Callable

from base.about import About
from notifications.carriers.kinds import Carrier
from notifications.contact_rules import receivers
from notifications.contact_selectors import contacts_listed
from notifications.mail import Recipient, Shared, Written, recipient_for, recipient_of
from notifications.models import OutboxMessage
from notifications.services import NewMessage, outbox_add, outbox_store

# What goes by mail only: the link in it answers for the firm.
ONLY_MAILED = frozenset({"feedback"})


def recipients_of(*, tenant_id: int, kind: str, shared: Shared | None = None) -> list[Recipient]:
    """Who of a firm gets a message of this kind, its own address first; empty when it wants that nobody does.

    A firm that names no contact has one recipient. Raises LookupError when it takes part in no programme.
    """
    firm = recipient_of(tenant_id=tenant_id, shared=shared)
    contacts = contacts_listed(tenant_id)
    if not contacts:
        return [firm]
    if kind in ONLY_MAILED:
        contacts = [contact for contact in contacts if contact.carrier == Carrier.MAIL]
    return [recipient_for(contact, firm) for contact in receivers(contacts, kind)]


def notice_put(
    *,
    tenant_id: int,
    key: str,
    kind: str,
    write: Callable[[Recipient, str], Written],
    about: About | None = None,
    grade: int | None = None,
    shared: Shared | None = None,
    new: bool = False,
) -> list[OutboxMessage]:
    """Put one message for each recipient into the outbox; the same key again changes nothing. Needs the firm's scope.

    `write` gives the words for a recipient; it gets that message's own key, so that a link in it says whose it is. The
    first message has `key` itself. `grade`: importance 0-3, where the message has one. `shared`: of a run for many
    firms. `new`: the caller has looked that nothing has this key; IntegrityError is raised if something has.
    """
    rows = []
    for place, recipient in enumerate(recipients_of(tenant_id=tenant_id, kind=kind, shared=shared)):
        own_key = key if place == 0 else f"{key}:to:{recipient.contact_id}"
        written = write(recipient, own_key)
        rows.append(
            NewMessage(
                tenant_id=tenant_id,
                key=own_key,
                kind=kind,
                about=about,
                to=recipient.address,
                subject=written.subject,
                text=written.text,
                html=written.html,
                contact_id=recipient.contact_id,
                carrier=recipient.carrier,
                notice=key,
                link=written.link,
                grade=grade,
            )
        )
    return outbox_add(rows) if new else [outbox_store(row) for row in rows]
