"""Sends the waiting mails of firms and partners.

Claim (a lease, committed) → send with no transaction open → mark as sent. A crash before the mark repeats the mail
after the lease with the same Message-ID; after the mark it is never sent again.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from base.prepared import Prepared, PreparedRows
from notifications import rules, services
from notifications.contact_rules import OPTIONAL, topic_of
from notifications.doors import claim_outbox
from notifications.mail import Shared
from notifications.models import OutboxMessage
from notifications.smtp import Letter, Line, NotNow, Refused
from notifications.stop_links import stop_url
from tenants.models import Programme
from tenants.tenancy.jobs import wake
from tenants.tenancy.scope import tenant_scope

LEASE = timedelta(minutes=5)  # longer than every SMTP step together may take (EMAIL_TIMEOUT each)
TURN_S = 5.0
_MESSAGE = PreparedRows("outbox_message", ("bigint", "bigint"), OutboxMessage, "WHERE tenant_id = $1 AND id = $2")
_PROGRAMME = Prepared(
    "programme_of_firm",
    ("bigint",),
    "SELECT (SELECT programme_id FROM tenants_enrolment WHERE tenant_id = $1 ORDER BY contract_start DESC LIMIT 1)",
)
KIND_INCIDENT = "incident"
URGENT_KINDS = frozenset({KIND_INCIDENT})
_log = logging.getLogger(__name__)


def outbox_send(*, seconds: float = TURN_S, lease: timedelta = LEASE) -> int:
    """Send what is due, one by one; stops when the server is down. → how many the server took.

    After `seconds` the rest is left to the next turn, for which a worker is woken: other mails (about accounts) get
    theirs in between.
    """
    taken, until, shared = 0, time.monotonic() + seconds, Shared()
    with Line() as line:
        while claimed := claim_outbox(how_many=1, lease=lease):
            try:
                taken += _send_claimed(line, shared, *claimed[0])
            except NotNow as problem:
                if problem.server_down:
                    break
            except Exception:
                # It is tried again when its lease has ended; the others go on.
                _log.exception("mail %s/%s could not be handled", *claimed[0])
            if time.monotonic() > until:
                wake(services.SEND_TASK)
                break
    return taken


def _send_claimed(line: Line, shared: Shared, tenant_id: int, message_id: int) -> int:
    with tenant_scope(tenant_id):
        message = _MESSAGE.models(tenant_id, message_id)[0]
        [(programme_id,)] = _PROGRAMME.rows(tenant_id)
        programme = shared.programme(programme_id) if programme_id else None
    try:
        line.transmit(_letter(message, programme), lambda: _mark_sent(message))
    except Refused as problem:
        _log.warning("mail %s/%s refused: %s", tenant_id, message_id, problem)
        with tenant_scope(tenant_id):
            services.message_mark_failed(message=message, error=str(problem), now=timezone.now())
        return 0
    except NotNow as problem:
        _log.warning("mail %s/%s not sent: %s", tenant_id, message_id, problem)
        _try_later(message, problem)
        raise
    except Exception as problem:
        # An error of ours in one mail, such as an unusable desk address, must not stop the others.
        # A person is asked to look soon: such an error rarely repairs itself.
        _log.exception("mail %s/%s could not be written", tenant_id, message_id)
        _try_later(message, problem, urgent_kinds=frozenset({message.kind}))
        return 0
    return 1


def _try_later(message: OutboxMessage, problem: Exception, urgent_kinds: frozenset[str] = URGENT_KINDS) -> None:
    with tenant_scope(message.tenant_id):
        services.message_try_later(message=message, error=str(problem), now=timezone.now(), urgent_kinds=urgent_kinds)


def _letter(message: OutboxMessage, programme: Programme | None) -> Letter:
    text, html = services.message_words(message=message)
    return Letter(
        message_id=rules.message_id(message.tenant_id, message.key, settings.MAIL_DOMAIN),
        to=message.to,
        subject=message.subject,
        text=text,
        html=html,
        sender=programme.desk_email if programme else settings.DEFAULT_FROM_EMAIL,
        sender_name=" ".join(programme.desk_name.split()) if programme else "",
        stop_url=_stop_url(message),
    )


def _stop_url(message: OutboxMessage) -> str:
    topic = topic_of(message.kind)
    return stop_url(message.tenant_id, message.contact_id, topic) if topic in OPTIONAL else ""


def _mark_sent(message: OutboxMessage) -> None:
    with tenant_scope(message.tenant_id):
        services.message_mark_sent(message=message, now=timezone.now())
