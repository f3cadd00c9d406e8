"""Named writes of contacts: add, confirm, change, pause, take off, and the messages to try them.

Need an open scope that may change the firm's contacts: its owners' own, or the firm's background scope for what is
behind a link. Every write holds the locks of all the firm's contacts, so that two owners who take off one each never
leave nobody for ★★★.
"""

from __future__ import annotations

import json
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

from base.moves import MoveRefused, Party, require_move
from base.refusals import Refusal
from base.sealing import seal
from notifications.carriers.kinds import DIALLED, Carrier
from notifications.contact_mails import code_put, confirmation_put, trial_put
from notifications.contact_rules import MOST_CONTACTS, OPTIONAL, Topic, keeps_serious
from notifications.contact_selectors import contacts_of
from notifications.mail import recipient_of
from notifications.models import Attention, NoticeContact
from notifications.services import attention_close
from notifications.states import NOTICE_CONTACT_MOVES, NoticeContactState
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import tenant_scope

MOST_TRIES: Final = 5
CODE_HOLDS: Final = timedelta(minutes=30)
AGAIN_AFTER: Final = timedelta(minutes=1)


class LastForSerious(Refusal):
    """A ★★★ would reach nobody by mail."""


class TooManyContacts(Refusal):
    """A firm has MOST_CONTACTS at most."""


class ContactKnown(Refusal):
    """The same way to the same address is a contact already."""


class NothingWanted(Refusal):
    """A contact wants something; one that wants nothing for now is paused."""


class MainStays(Refusal):
    """The firm's own address is paused, not taken off."""


class CodeWrong(Refusal):
    """Not the figures that were sent, or no more: they hold CODE_HOLDS and MOST_TRIES tries."""


class TooSoon(Refusal):
    """Messages to try or confirm go once in AGAIN_AFTER."""


@dataclass(frozen=True)
class NewContact:
    """What an owner enters. `address` is shown; `secrets` never."""

    name: str
    carrier: Carrier
    address: str
    topics: frozenset[Topic]
    language: str
    secrets: Mapping[str, str] = field(default_factory=dict)


def contact_add(*, tenant_id: int, new: NewContact, by: User, now: datetime) -> NoticeContact:
    """Add a contact and ask it to confirm. The first one brings the firm's own address along, which goes on as before.

    Raises ContactKnown, TooManyContacts, NothingWanted.
    """
    main_ensure(tenant_id=tenant_id, now=now)
    known = _locked(tenant_id)
    if len(known) >= MOST_CONTACTS:
        raise TooManyContacts(tenant_id)
    if not new.secrets and any((new.carrier, new.address) == (row.carrier, row.address) for row in known):
        raise ContactKnown(tenant_id)
    contact: NoticeContact = NoticeContact.objects.create(
        tenant_id=tenant_id,
        name=new.name,
        carrier=new.carrier,
        address=new.address[:254],
        secrets=seal(json.dumps(dict(new.secrets))) if new.secrets else "",
        language=new.language,
        created_at=now,
        created_by=by,
        **_columns(_allowed(new.carrier, new.topics)),
    )
    _record("added", contact, carrier=new.carrier.value)
    confirmation_ask(contact=contact, now=now)
    return contact


def main_ensure(*, tenant_id: int, now: datetime) -> NoticeContact:
    """The firm's own address as a contact. It wants everything, as it did before the firm named anybody."""
    main: NoticeContact
    with tenant_scope(tenant_id):
        main, _made = NoticeContact.objects.get_or_create(
            tenant_id=tenant_id,
            is_main=True,
            defaults={
                "name": "",
                "carrier": Carrier.MAIL,
                "language": recipient_of(tenant_id=tenant_id).language,
                "state": NoticeContactState.ACTIVE,
                "created_at": now,
                "confirmed_at": now,
                **_columns(frozenset(Topic)),
            },
        )
    return main


def confirmation_ask(*, contact: NoticeContact, now: datetime) -> None:
    """Send the link, or for a telephone the figures, that confirm a contact. Raises TooSoon, MoveRefused."""
    require_move(NOTICE_CONTACT_MOVES, contact.state, NoticeContactState.ACTIVE, party=Party.FIRM)
    if contact.asked_at is not None and now - contact.asked_at < AGAIN_AFTER:
        raise TooSoon(contact.pk)
    contact.asked_at = now
    if contact.carrier in DIALLED:
        figures = f"{random.randbelow(1_000_000):06d}"
        contact.code, contact.code_tries = _code_hash(contact, figures), 0
        contact.save(update_fields=["asked_at", "code", "code_tries"])
        code_put(contact=contact, figures=figures, now=now)
    else:
        contact.save(update_fields=["asked_at"])
        confirmation_put(contact=contact, now=now)


def contact_confirm(*, tenant_id: int, contact_id: int, now: datetime) -> NoticeContact:
    """Whoever holds the link wants the notices. Again: changes nothing. Raises MoveRefused for one taken off."""
    contact = _one_locked(tenant_id, contact_id)
    if not contact.confirmed_at:
        _confirmed(contact, now)
    return contact


def contact_confirm_code(*, tenant_id: int, contact_id: int, figures: str, now: datetime) -> NoticeContact:
    """An owner types the figures that came by telephone. Raises CodeWrong, MoveRefused."""
    contact = _one_locked(tenant_id, contact_id)
    require_move(NOTICE_CONTACT_MOVES, contact.state, NoticeContactState.ACTIVE, party=Party.FIRM)
    over = contact.asked_at is None or now - contact.asked_at > CODE_HOLDS or contact.code_tries >= MOST_TRIES
    if over or not constant_time_compare(contact.code, _code_hash(contact, figures.strip())):
        contact.code_tries = min(contact.code_tries + 1, MOST_TRIES)
        contact.save(update_fields=["code_tries"])
        raise CodeWrong(contact.pk)
    _confirmed(contact, now)
    return contact


def contact_change(
    *, tenant_id: int, contact_id: int, name: str, topics: frozenset[Topic], language: str
) -> NoticeContact:
    """Another name, other wishes, another language. Raises LastForSerious, NothingWanted, MoveRefused."""
    contacts = _locked(tenant_id)
    contact = _of(contacts, contact_id)
    contact.name, contact.language = name, language
    _set(contact, _allowed(contact.carrier, topics))
    _require_serious(contacts)
    contact.save(update_fields=["name", "language", *Topic])
    _record("changed", contact, topics=sorted(contact.topics))
    return contact


def contact_pause(*, tenant_id: int, contact_id: int) -> NoticeContact:
    """Send it nothing until it goes on. Raises LastForSerious, MoveRefused."""
    return _moved(tenant_id, contact_id, NoticeContactState.PAUSED, "paused")


def contact_resume(*, tenant_id: int, contact_id: int) -> NoticeContact:
    """Go on after a pause. Raises MoveRefused."""
    contact = _of(_locked(tenant_id), contact_id)
    if contact.confirmed_at is None:
        raise MoveRefused("a contact goes on only when it was confirmed")
    return _moved(tenant_id, contact_id, NoticeContactState.ACTIVE, "resumed")


def contact_end(*, tenant_id: int, contact_id: int, now: datetime) -> NoticeContact:
    """Take it off for good; what was sent stays. Raises LastForSerious, MainStays, MoveRefused."""
    if _of(_locked(tenant_id), contact_id).is_main:
        raise MainStays(contact_id)
    contact = _moved(tenant_id, contact_id, NoticeContactState.ENDED, "ended")
    with tenant_scope(tenant_id):
        attention_close(tenant_id=tenant_id, kind=Attention.Kind.MAIL_FAILED, address=contact.address, now=now)
    return contact


def topic_stop(*, tenant_id: int, contact_id: int | None, topic: Topic, now: datetime) -> bool:
    """Whoever is mailed wants no more of what is not critical; one that then wants nothing is paused.

    `contact_id` None: the firm's own address. → whether something changed.
    """
    if topic not in OPTIONAL:
        return False
    if contact_id is None:
        contact_id = main_ensure(tenant_id=tenant_id, now=now).pk
    contact = next((row for row in _locked(tenant_id) if row.pk == contact_id), None)
    if contact is None or topic not in contact.topics:
        return False
    left = contact.topics - {topic}
    if left:
        _set(contact, left)
        contact.save(update_fields=[topic.value])
    elif contact.state == NoticeContactState.ACTIVE:
        contact.state = NoticeContactState.PAUSED
        contact.save(update_fields=["state"])
    _record("stopped", contact, topic=topic.value)
    return True


def trial_send(*, contact: NoticeContact, now: datetime) -> None:
    """Send a message that says it is a trial. Raises TooSoon, MoveRefused for one that is not confirmed."""
    if not contact.is_active:
        raise MoveRefused("only a confirmed contact is tried")
    if contact.asked_at is not None and now - contact.asked_at < AGAIN_AFTER:
        raise TooSoon(contact.pk)
    contact.asked_at = now
    contact.save(update_fields=["asked_at"])
    trial_put(contact=contact, now=now)


def _locked(tenant_id: int) -> list[NoticeContact]:
    return list(contacts_of(tenant_id).select_for_update())


def _of(contacts: list[NoticeContact], contact_id: int) -> NoticeContact:
    contact = next((row for row in contacts if row.pk == contact_id), None)
    if contact is None:
        raise MoveRefused("it was taken off")
    return contact


def _one_locked(tenant_id: int, contact_id: int) -> NoticeContact:
    return _of(_locked(tenant_id), contact_id)


def _moved(tenant_id: int, contact_id: int, to: NoticeContactState, code: str) -> NoticeContact:
    contacts = _locked(tenant_id)
    contact = _of(contacts, contact_id)
    require_move(NOTICE_CONTACT_MOVES, contact.state, to, party=Party.FIRM)
    contact.state = to
    _require_serious(contacts)
    contact.save(update_fields=["state"])
    _record(code, contact)
    return contact


def _confirmed(contact: NoticeContact, now: datetime) -> None:
    require_move(NOTICE_CONTACT_MOVES, contact.state, NoticeContactState.ACTIVE, party=Party.FIRM)
    contact.state, contact.confirmed_at, contact.code = NoticeContactState.ACTIVE, now, ""
    contact.save(update_fields=["state", "confirmed_at", "code"])
    _record("confirmed", contact)


def _require_serious(contacts: list[NoticeContact]) -> None:
    if not keeps_serious(contacts):
        raise LastForSerious


def _allowed(carrier: str, topics: frozenset[Topic]) -> frozenset[Topic]:
    """The wishes a carrier can serve. Raises NothingWanted."""
    allowed = topics & {Topic.SERIOUS} if carrier in DIALLED else topics
    if not allowed:
        raise NothingWanted
    return allowed


def _columns(topics: frozenset[Topic]) -> dict[str, bool]:
    return {topic.value: topic in topics for topic in Topic}


def _set(contact: NoticeContact, topics: frozenset[Topic]) -> None:
    for column, wanted in _columns(topics).items():
        setattr(contact, column, wanted)


def _code_hash(contact: NoticeContact, figures: str) -> str:
    return salted_hmac("notifications.code", f"{contact.pk}:{figures}", algorithm="sha256").hexdigest()


def _record(code: str, contact: NoticeContact, **data: object) -> None:
    audit_record(
        code=f"notice_contact.{code}",
        subject=f"notice_contact:{contact.pk}",
        tenant_id=contact.tenant_id,
        to=contact.address,
        **data,
    )
