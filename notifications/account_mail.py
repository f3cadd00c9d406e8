"""Mails about people's own accounts: stored when asked for, sent by the worker, wiped once the server took them."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from base.mail_address import AddressUnusable, address_for_delivery
from base.sealing import seal, unseal
from notifications import rules
from notifications.delivery import LEASE
from notifications.doors import claim_account_mail, settle_account_mail
from notifications.models import AccountMail
from notifications.smtp import Letter, NotNow, Refused, transmit
from tenants.tenancy.jobs import wake

SEND_TASK = "notifications.tasks.send_account_mail"
_log = logging.getLogger(__name__)


def account_mail_put(*, kind: str, to: str, subject: str, text: str, html: str = "") -> None:
    """Store a mail to be sent after the caller's transaction commits. Needs no scope: the reader may be nobody yet.

    `kind` is the name of its template, for the log. An address no server would take is dropped silently: whoever
    typed it into the form for lost passwords must not learn more than others do. Raises HeaderInjection for a line
    break in the subject.
    """
    try:
        address_for_delivery(to)
    except AddressUnusable:
        _log.warning("account mail %s dropped: address unusable", kind)
        return
    words = {"to": to, "subject": rules.one_line(subject), "text": text, "html": html}
    # bulk_create asks for nothing back: the application may not read the table.
    AccountMail.objects.bulk_create(
        [AccountMail(id=uuid4(), kind=kind[:80], sealed=seal(json.dumps(words)), due_at=timezone.now())]
    )
    wake(SEND_TASK)


def account_mail_send(*, how_many: int = 200, seconds: float = 45.0, lease: timedelta = LEASE) -> int:
    """Send what is due, one by one; stops when the server is down. → how many the server took."""
    taken, until = 0, time.monotonic() + seconds
    for _ in range(how_many):
        if time.monotonic() > until:
            break
        claimed = claim_account_mail(lease=lease)
        if claimed is None:
            break
        try:
            taken += _send_claimed(*claimed)
        except NotNow as problem:
            if problem.server_down:
                break
    return taken


def _send_claimed(mail: UUID, kind: str, sealed: str, attempts: int) -> int:
    try:
        transmit(_letter(mail, sealed), lambda: settle_account_mail(mail=mail, outcome="sent"))
    except Refused as problem:
        _log.warning("account mail %s (%s) refused: %s", mail, kind, problem)
        settle_account_mail(mail=mail, outcome="failed", error=str(problem))
        return 0
    except NotNow as problem:
        _log.warning("account mail %s (%s) not sent: %s", mail, kind, problem)
        _try_later(mail, attempts, str(problem))
        raise
    except Exception as problem:
        # For example a seal that no key opens: it must not stop the other mails.
        _log.exception("account mail %s (%s) could not be written", mail, kind)
        _try_later(mail, attempts, f"{type(problem).__name__}: {problem}")
        return 0
    return 1


def _try_later(mail: UUID, attempts: int, error: str) -> None:
    if attempts >= rules.MAX_ATTEMPTS:
        settle_account_mail(mail=mail, outcome="failed", error=error)
    else:
        settle_account_mail(mail=mail, outcome="waiting", error=error, pause=rules.pause_after(attempts))


def _letter(mail: UUID, sealed: str) -> Letter:
    words = json.loads(unseal(sealed))
    return Letter(
        message_id=rules.message_id(0, f"account:{mail}", settings.MAIL_DOMAIN),
        to=words["to"],
        subject=words["subject"],
        text=words["text"],
        html=words["html"],
        sender=settings.DEFAULT_FROM_EMAIL,
    )
