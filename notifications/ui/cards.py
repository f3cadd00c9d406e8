"""Contacts and their messages as pages show them, to the firm and to its desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from base.phone_numbers import national_form
from notifications.carriers.kinds import DIALLED
from notifications.contact_selectors import contacts_of
from notifications.delivery_states import TONES, Delivery, reason_in_words, stand_of
from notifications.mail import recipient_of
from notifications.models import NoticeContact, OutboxMessage
from notifications.states import NoticeContactState
from notifications.ui.forms import SHORT_TOPICS

STATE_TONES = {
    NoticeContactState.WAITING: "attention",
    NoticeContactState.ACTIVE: "safe",
    NoticeContactState.PAUSED: "neutral",
}


@dataclass(frozen=True)
class MessageLine:
    """A message as the log shows it."""

    message: OutboxMessage
    delivery: Delivery
    tone: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class ContactCard:
    """A contact as the list shows it. `contact` None: the firm's own address, before it named anybody."""

    contact: NoticeContact | None
    title: str
    address: str
    topics: tuple[Any, ...]
    state: str
    tone: str
    last: MessageLine | None


def line_of(message: OutboxMessage) -> MessageLine:
    """A message in words."""
    stand = stand_of(message)
    return MessageLine(message, stand.delivery, TONES[stand.delivery], stand.at, reason_in_words(message.error))


def cards_of(tenant_id: int) -> list[ContactCard]:
    """The contacts of a firm, without their messages; [] for a firm that names nobody."""
    contacts = list(contacts_of(tenant_id))
    main = main_address(tenant_id) if contacts else ""
    return [card_of(contact, main) for contact in contacts]


def main_address(tenant_id: int) -> str:
    """The firm's own address; "" while it has none."""
    try:
        return recipient_of(tenant_id=tenant_id).address
    except LookupError:  # takes part in no programme: nothing is sent
        return ""


def card_of(contact: NoticeContact, main: str, last: OutboxMessage | None = None) -> ContactCard:
    """A contact in words; `main`: the firm's own address."""
    return ContactCard(
        contact,
        gettext("会社の代表アドレス") if contact.is_main else contact.name,
        (main or gettext("未登録")) if contact.is_main else _address(contact),
        tuple(SHORT_TOPICS[topic] for topic in SHORT_TOPICS if topic in contact.topics),
        str(NoticeContactState(contact.state).label),
        STATE_TONES[NoticeContactState(contact.state)],
        line_of(last) if last else None,
    )


def _address(contact: NoticeContact) -> str:
    """A telephone number as people of this country write it."""
    return national_form(contact.address) if contact.carrier in DIALLED else contact.address


def main_card(main: str) -> ContactCard:
    """The one card of a firm that names nobody: everything goes to its own address."""
    return ContactCard(
        None,
        gettext("会社の代表アドレス"),
        main or gettext("未登録"),
        tuple(SHORT_TOPICS.values()),
        str(NoticeContactState.ACTIVE.label),
        STATE_TONES[NoticeContactState.ACTIVE],
        None,
    )
