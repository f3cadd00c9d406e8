"""Sends waiting messages by chat, webhook and telephone: as delivery does with mails, by a worker of its own.

Claim (a lease, committed) → send with no transaction open → mark as sent. Others' servers may hold a try for as long as
it may take (public_http.SECONDS), so mails never stand behind these. A crash before the mark repeats a message after
the lease; a webhook's receiver knows it by its id.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from notifications import rules, services
from notifications.carriers.posting import carry
from notifications.carriers.request import Notice
from notifications.delivery import URGENT_KINDS
from notifications.doors import claim_posts
from notifications.models import NoticeContact, OutboxMessage
from notifications.smtp import NotNow, Refused
from notifications.states import NoticeContactState
from tenants.tenancy.scope import tenant_scope

LEASE = timedelta(minutes=2)  # longer than two requests and their name look-ups may take
_log = logging.getLogger(__name__)


def posts_send(*, how_many: int = 100, seconds: float = 45.0, lease: timedelta = LEASE) -> int:
    """Send what is due, one by one. → how many were accepted."""
    accepted, until = 0, time.monotonic() + seconds
    for _ in range(how_many):
        if time.monotonic() > until:
            break
        claimed = claim_posts(how_many=1, lease=lease)
        if not claimed:
            break
        try:
            accepted += _send_claimed(*claimed[0])
        except Exception:
            # It is tried again when its lease has ended; the others go on.
            _log.exception("message %s/%s could not be handled", *claimed[0])
    return accepted


def _send_claimed(tenant_id: int, message_id: int) -> int:
    with tenant_scope(tenant_id):
        message: OutboxMessage = OutboxMessage.objects.select_related("contact").get(pk=message_id)
    contact = message.contact
    if contact is None:
        raise RuntimeError("a message by this way has a contact")
    if contact.state == NoticeContactState.ENDED:
        with tenant_scope(tenant_id):
            services.message_withdraw(message=message, error="contact ended")
        return 0
    try:
        carry(_notice(message, contact), contact)
    except Refused as problem:
        _log.warning("message %s/%s refused: %s", tenant_id, message_id, problem)
        with tenant_scope(tenant_id):
            services.message_mark_failed(message=message, error=str(problem), now=timezone.now())
        return 0
    except NotNow as problem:
        _log.warning("message %s/%s not sent: %s", tenant_id, message_id, problem)
        _try_later(message, problem, URGENT_KINDS)
        return 0
    except Exception as problem:
        # An error of ours in one message, such as a seal that no key opens: a person is asked to look soon.
        _log.exception("message %s/%s could not be written", tenant_id, message_id)
        _try_later(message, problem, frozenset({message.kind}))
        return 0
    with tenant_scope(tenant_id):
        services.message_mark_sent(message=message, now=timezone.now())
    return 1


def _try_later(message: OutboxMessage, problem: Exception, urgent_kinds: frozenset[str]) -> None:
    error = str(problem) if isinstance(problem, NotNow) else type(problem).__name__
    with tenant_scope(message.tenant_id):
        services.message_try_later(message=message, error=error, now=timezone.now(), urgent_kinds=urgent_kinds)


def _notice(message: OutboxMessage, contact: NoticeContact) -> Notice:
    text, _html = services.message_words(message=message)
    return Notice(
        id=rules.message_id(message.tenant_id, message.key, settings.MAIL_DOMAIN).strip("<>"),
        kind=message.kind,
        title=text,
        link=message.link,
        grade=message.grade,
        language=contact.language,
        at=message.created_at,
    )
