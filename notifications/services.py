"""Named writes: messages into the outbox, and things a person should look at. All need the firm's open scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from base.about import About
from base.mail_address import AddressUnusable, address_for_delivery
from base.moves import before
from base.prepared import Prepared
from base.sealing import seal, unseal
from notifications import rules
from notifications.carriers.kinds import Carrier
from notifications.models import Attention, OutboxMessage
from notifications.states import OUTBOX_MOVES, OutboxState
from tenants.tenancy.jobs import wake

# What is done for every mail that goes out.
_MARK_SENT = Prepared(
    "outbox_mark_sent",
    ("bigint", "bigint", "text[]", "timestamptz"),
    "UPDATE notifications_outboxmessage SET state = 'sent', sent_at = $4, lease_until = NULL, error = ''"
    " WHERE tenant_id = $1 AND id = $2 AND state = ANY ($3)",
)
_BEFORE_SENT = [state.value for state in before(OUTBOX_MOVES, OutboxState.SENT)]
_CLOSE_ADDRESS = Prepared(
    "attention_close_address",
    ("bigint", "text", "text", "timestamptz"),
    "UPDATE notifications_attention SET closed_at = $4 WHERE tenant_id = $1 AND kind = $2 AND address = $3"
    " AND about_type = '' AND about_id IS NULL AND closed_at IS NULL",
)
# What a stored message has from its writer, but for its firm and key.
_STORED = (
    *("kind", "about_type", "about_id", "to", "subject", "text", "html", "sealed", "contact_id", "carrier", "notice"),
    *("link", "grade", "due_at", "state", "error"),
)
SEND_TASK = "notifications.tasks.send_outbox"
POST_TASK = "notifications.tasks.send_posts"


@dataclass(frozen=True)
class NewMessage:
    """A message to store. `about`: the row it is about, where there is one. `due_at` None: at once. The others: see
    OutboxMessage."""

    tenant_id: int
    key: str
    kind: str
    to: str
    subject: str
    text: str
    html: str
    about: About | None = None
    due_at: datetime | None = None
    contact_id: int | None = None
    carrier: str = Carrier.MAIL
    notice: str = ""
    link: str = ""
    grade: int | None = None


def outbox_put(**fields: Any) -> OutboxMessage:
    """The same as outbox_store, given the fields of NewMessage."""
    return outbox_store(NewMessage(**fields))


def outbox_store(new: NewMessage) -> OutboxMessage:
    """Store a message to be sent after the caller's transaction commits; the same key again changes nothing.

    An address no mail server would take is stored as failed and a person is asked to look, because the caller's own
    work must go on. Raises HeaderInjection for a line break in key or subject.
    """
    row = _message(new)
    fresh = {name: getattr(row, name) for name in _STORED}
    message: OutboxMessage
    message, made = OutboxMessage.objects.get_or_create(tenant_id=row.tenant_id, key=row.key, defaults=fresh)
    if made:
        _follow(message)
    return message


def outbox_add(new: Sequence[NewMessage]) -> list[OutboxMessage]:
    """Store messages of one firm of which none was stored before, as outbox_store does, at once.

    Raises IntegrityError when one was, HeaderInjection.
    """
    messages = [_message(each) for each in new]
    OutboxMessage.objects.bulk_create(messages)
    for message in messages:
        _follow(message)
    return messages


def _message(new: NewMessage) -> OutboxMessage:
    usable, secret = new.carrier != Carrier.MAIL or _usable(new.to), new.kind in rules.SECRET_KINDS
    return OutboxMessage(
        tenant_id=new.tenant_id,
        key=rules.one_line(new.key),
        kind=new.kind,
        about_type=new.about.type if new.about else "",
        about_id=new.about.id if new.about else None,
        to=new.to[:254],
        subject=rules.one_line(new.subject)[:200],
        text=seal(new.text) if secret else new.text,
        html=seal(new.html) if secret else new.html,
        sealed=secret,
        contact_id=new.contact_id,
        carrier=new.carrier,
        notice=rules.one_line(new.notice),
        link=new.link,
        grade=new.grade,
        due_at=new.due_at or timezone.now(),
        state=OutboxMessage.State.WAITING if usable else OutboxMessage.State.FAILED,
        error="" if usable else "address unusable",
    )


def _follow(message: OutboxMessage) -> None:
    """What follows on a message that was stored: it is sent, or a person looks at it."""
    if message.state == OutboxMessage.State.WAITING:
        wake(SEND_TASK if message.carrier == Carrier.MAIL else POST_TASK)
    else:
        _ask_person(message, timezone.now())


def message_words(*, message: OutboxMessage) -> tuple[str, str]:
    """Text and HTML as the reader gets them. Raises base.sealing.Unreadable when no key opens a sealed mail."""
    if not message.sealed or not message.text:
        return message.text, message.html
    return unseal(message.text), unseal(message.html)


def message_mark_sent(*, message: OutboxMessage, now: datetime) -> None:
    """The mail server took it. Closes the attention about this address."""
    if message.kind in rules.SECRET_KINDS:
        _movable(message, OutboxState.SENT).update(text="", html="")
    _MARK_SENT.count(message.tenant_id, message.pk, _BEFORE_SENT, now)
    _CLOSE_ADDRESS.count(message.tenant_id, Attention.Kind.MAIL_FAILED.value, message.to[:254], now)


def message_try_later(*, message: OutboxMessage, error: str, now: datetime, urgent_kinds: frozenset[str]) -> None:
    """Sending failed: wait, and give up after rules.MAX_ATTEMPTS. For an urgent mail a person is asked sooner."""
    if message.attempts >= rules.MAX_ATTEMPTS:
        message_mark_failed(message=message, error=error, now=now)
        return
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.WAITING).update(
        due_at=now + rules.pause_after(message.attempts), lease_until=None, error=error[:300]
    )
    if message.kind in urgent_kinds and message.attempts >= rules.WARN_AFTER_ATTEMPTS:
        message.error = error[:300]
        _ask_person(message, now)


def message_mark_failed(*, message: OutboxMessage, error: str, now: datetime) -> None:
    """Sending can never succeed: ask a person to look."""
    message.error = error[:300]
    _movable(message, OutboxState.FAILED).update(
        state=OutboxState.FAILED, lease_until=None, error=message.error, **_forgotten(message)
    )
    _ask_person(message, now)


def message_withdraw(*, message: OutboxMessage, error: str) -> None:
    """Nobody wants it any more, so nobody is asked to look."""
    _movable(message, OutboxState.FAILED).update(
        state=OutboxState.FAILED, lease_until=None, error=error[:300], **_forgotten(message)
    )


def message_mark_returned(*, message: OutboxMessage, error: str, now: datetime) -> None:
    """It came back after the server had taken it: ask a person to look."""
    message.error = error[:300]
    _row(message).filter(returned_at__isnull=True).update(returned_at=now, error=message.error)
    _ask_person(message, now)


def message_mark_read(*, message: OutboxMessage, now: datetime) -> None:
    """Somebody used its link or its page. The first time counts."""
    _row(message).filter(read_at__isnull=True).update(read_at=now)


def message_mark_answered(*, message: OutboxMessage, now: datetime) -> None:
    """Somebody answered behind its link or on its page, and so has read it. The first time counts."""
    message_mark_read(message=message, now=now)
    _row(message).filter(answered_at__isnull=True).update(answered_at=now)


def _row(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    # A message whose mark was lost is read before it is marked as sent: what people do is true whatever the state.
    return OutboxMessage.objects.filter(tenant_id=message.tenant_id, pk=message.pk)


def _movable(message: OutboxMessage, to: OutboxState) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(pk=message.pk, state__in=before(OUTBOX_MOVES, to))


def attention_open(
    *,
    tenant_id: int,
    kind: str,
    about: About | None = None,
    address: str = "",
    facts: dict[str, Any],
    now: datetime,
) -> tuple[Attention, bool]:
    """Ask a person to look at the row or the address it is about, without both at the firm. → (row, newly opened).

    While it is open, asking again changes nothing.
    """
    return Attention.objects.get_or_create(
        tenant_id=tenant_id,
        kind=kind,
        **_about_columns(about, address),
        closed_at=None,
        defaults={"facts": facts, "opened_at": now},
    )


def attention_close(*, tenant_id: int, kind: str, about: About | None = None, address: str = "", now: datetime) -> bool:
    """Close the attention: its reason is gone or somebody dealt with it. → whether one was open."""
    rows = Attention.objects.filter(
        tenant_id=tenant_id, kind=kind, **_about_columns(about, address), closed_at__isnull=True
    )
    return rows.update(closed_at=now) > 0


def attention_take(*, tenant_id: int, attention_id: int, now: datetime) -> Attention | None:
    """Mark it as looked after; None when it was taken or closed before (only one caller gets it)."""
    rows = Attention.objects.filter(tenant_id=tenant_id, pk=attention_id, taken_at__isnull=True, closed_at__isnull=True)
    if not rows.update(taken_at=now):
        return None
    taken: Attention = Attention.objects.get(pk=attention_id)
    return taken


def _usable(address: str) -> bool:
    try:
        address_for_delivery(address)
    except AddressUnusable:
        return False
    return True


def _forgotten(message: OutboxMessage) -> dict[str, str]:
    return {"text": "", "html": ""} if message.kind in rules.SECRET_KINDS else {}


def _about_columns(about: About | None, address: str) -> dict[str, Any]:
    return {
        "about_type": about.type if about else "",
        "about_id": about.id if about else None,
        "address": address[:254],
    }


def _ask_person(message: OutboxMessage, now: datetime) -> None:
    if message.kind in rules.OWN_AFFAIRS:
        return
    facts = {"to": message.to, "subject": message.subject, "kind": message.kind, "error": message.error}
    attention_open(
        tenant_id=message.tenant_id,
        kind=Attention.Kind.MAIL_FAILED,
        address=message.to,
        facts=facts,
        now=now,
    )
