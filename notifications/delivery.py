"""Sends waiting mails by SMTP.

Claim (a lease, committed) → send with no transaction open → mark as sent. A crash before the mark repeats the mail
after the lease with the same Message-ID; after the mark it is never sent again.
"""

from __future__ import annotations

import logging
import smtplib
import time
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from notifications import rules, services
from notifications.doors import claim_outbox
from notifications.models import OutboxMessage
from tenants.models import Programme
from tenants.scope import tenant_scope
from tenants.selectors import programme_of

LEASE = timedelta(minutes=5)  # longer than every SMTP step together may take (EMAIL_TIMEOUT each)
KIND_INCIDENT = "incident"
URGENT_KINDS = frozenset({KIND_INCIDENT})
_FORMAT = SMTP.clone(cte_type="7bit")  # not every server on the way takes 8-bit bodies
_log = logging.getLogger(__name__)


class Refused(Exception):
    """The server will never take this mail."""


class NotNow(Exception):
    """It did not work; another time it may. `server_down`: no mail can be sent at the moment."""

    def __init__(self, reason: str, *, server_down: bool = False) -> None:
        super().__init__(reason)
        self.server_down = server_down


@dataclass(frozen=True)
class Letter:
    """A mail with everything needed to send it, read inside the firm's scope."""

    message: OutboxMessage
    sender_name: str
    sender: str


def outbox_send(*, how_many: int = 200, seconds: float = 45.0, lease: timedelta = LEASE) -> int:
    """Send what is due, one by one; stops when the server is down. → how many the server took."""
    taken, until = 0, time.monotonic() + seconds
    for _ in range(how_many):
        claimed = claim_outbox(how_many=1, lease=lease)
        if not claimed or time.monotonic() > until:
            break
        try:
            taken += _send_claimed(*claimed[0])
        except NotNow as problem:
            if problem.server_down:
                break
    return taken


def _send_claimed(tenant_id: int, message_id: int) -> int:
    with tenant_scope(tenant_id):
        message = OutboxMessage.objects.get(pk=message_id)
        letter = _letter(message, _programme(tenant_id))
    try:
        transmit(letter)
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
        # A fault of ours in one mail, such as a desk address nobody can write to, must not stop the others.
        _log.exception("mail %s/%s could not be written", tenant_id, message_id)
        _try_later(message, problem)
        return 0
    return 1


def _try_later(message: OutboxMessage, problem: Exception) -> None:
    with tenant_scope(message.tenant_id):
        services.message_try_later(message=message, error=str(problem), now=timezone.now(), urgent_kinds=URGENT_KINDS)


def _programme(tenant_id: int) -> Programme | None:
    try:
        return programme_of(tenant_id=tenant_id)
    except LookupError:
        return None


def _letter(message: OutboxMessage, programme: Programme | None) -> Letter:
    if programme is None:
        return Letter(message, "", settings.DEFAULT_FROM_EMAIL)
    return Letter(message, " ".join(programme.desk_name.split()), programme.desk_email)


def transmit(letter: Letter) -> None:
    """Hand the mail to the server and mark it as sent as soon as the server said 250.

    Raises Refused or NotNow.
    """
    backend = EmailBackend()
    connection = _connect(backend)
    try:
        _hand_over(connection, letter)
        with tenant_scope(letter.message.tenant_id):
            services.message_mark_sent(message=letter.message, now=timezone.now())
    finally:
        _hang_up(backend)


def _connect(backend: EmailBackend) -> smtplib.SMTP:
    # Whatever fails here is about the server or our settings, not about this mail.
    try:
        backend.open()
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(f"{type(error).__name__}: {error}", server_down=True) from error
    if backend.connection is None:
        raise NotNow("no connection", server_down=True)
    return backend.connection


def _hand_over(connection: smtplib.SMTP, letter: Letter) -> None:
    # Django's own backend takes the quotes off an address again, so the envelope is written here.
    try:
        recipient = rules.address_for_delivery(letter.message.to)
        content = build(letter).as_bytes()
        connection.sendmail(_bare(letter.sender), [recipient], content)
    except rules.AddressUnusable as error:
        raise Refused("address unusable") from error
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise _problem(code, reason) from error
    except smtplib.SMTPResponseException as error:
        raise _problem(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(f"{type(error).__name__}: {error}") from error


def _problem(code: int, reason: bytes | str) -> Exception:
    words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    told = f"{code} {words}"
    return Refused(told) if rules.is_permanent(code) else NotNow(told)


def _hang_up(backend: EmailBackend) -> None:
    try:
        backend.close()
    except (smtplib.SMTPException, OSError):
        _log.info("the mail server hung up first")


def _bare(sender: str) -> str:
    return sender.rpartition("<")[2].rstrip(">").strip()


def build(letter: Letter) -> EmailMessage:
    """The mail as it goes out: text and HTML, from the programme's desk, to which answers go as well.

    The standard library's writer is used because Django's folds a long Japanese subject into an empty first line.
    """
    message = letter.message
    sender = str(Address(letter.sender_name, addr_spec=letter.sender)) if letter.sender_name else letter.sender
    mail = EmailMessage(policy=_FORMAT)
    mail["Subject"] = message.subject
    mail["From"] = sender
    mail["To"] = rules.address_for_delivery(message.to)
    mail["Reply-To"] = sender
    mail["Date"] = format_datetime(timezone.now())
    mail["Message-ID"] = rules.message_id(message.tenant_id, message.key, settings.MAIL_DOMAIN)
    mail["Auto-Submitted"] = "auto-generated"  # holiday notices must not answer (RFC 3834)
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail
