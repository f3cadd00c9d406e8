"""One mail over SMTP: written, handed over, and marked by its owner the moment the server says 250."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Self

from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from base.mail_address import AddressUnusable, address_for_delivery
from notifications import rules
from notifications.headers import WholeWords, subject_header

_FORMAT = WholeWords(linesep="\r\n", cte_type="7bit")  # not every server on the way takes 8-bit bodies
MOST_OF_A_LINE: Final = 50  # mails; many servers end a connection after a hundred
_log = logging.getLogger(__name__)


class Refused(Exception):
    """The server will never take this mail."""


class NotNow(Exception):
    """Sending failed and may succeed later. `server_down`: no mail can be sent at the moment."""

    def __init__(self, reason: str, *, server_down: bool = False) -> None:
        super().__init__(reason)
        self.server_down = server_down


@dataclass(frozen=True)
class Letter:
    """A mail with everything needed to send it. `html` may be empty; answers go to the sender.

    `stop_url`: where a mail program lets its reader stop such mails with one click (RFC 8058); empty for what may not
    be stopped.
    """

    message_id: str
    to: str
    subject: str
    text: str
    html: str
    sender: str
    sender_name: str = ""
    stop_url: str = ""


class Line:
    """A connection to the mail server for several mails: opened by the first, checked before each further one."""

    def __init__(self) -> None:
        self._backend = EmailBackend()
        self._used = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._hang_up()

    def transmit(self, letter: Letter, taken: Callable[[], None]) -> None:
        """Hand the mail to the server and call `taken` as soon as the server said 250.

        Raises Refused or NotNow; then the next mail gets a connection of its own.
        """
        try:
            _hand_over(self._ready(), letter)
            taken()
        except BaseException:
            self._hang_up()
            raise

    def _ready(self) -> smtplib.SMTP:
        if self._used >= MOST_OF_A_LINE or (self._used and not _listens(self._backend)):
            self._hang_up()
        self._used += 1
        return _connect(self._backend)

    def _hang_up(self) -> None:
        _hang_up(self._backend)
        self._backend, self._used = EmailBackend(), 0


def transmit(letter: Letter, taken: Callable[[], None]) -> None:
    """The same for one mail alone."""
    with Line() as line:
        line.transmit(letter, taken)


def _listens(backend: EmailBackend) -> bool:
    """Whether the server still takes mails on a connection that was used before."""
    if backend.connection is None:
        return False
    try:
        code, _words = backend.connection.noop()
    except (smtplib.SMTPException, OSError):
        return False
    return bool(code == 250)


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
        recipient = address_for_delivery(letter.to)
        content = build(letter).as_bytes()
        connection.sendmail(_bare(letter.sender), [recipient], content)
    except AddressUnusable as error:
        raise Refused("address unusable") from error
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise _problem(code, reason) from error
    except smtplib.SMTPSenderRefused as error:
        # The server does not like our own address: nothing is wrong with this mail.
        raise NotNow(f"{error.smtp_code} sender refused") from error
    except smtplib.SMTPResponseException as error:
        raise _problem(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(f"{type(error).__name__}: {error}") from error


def _problem(code: int, reason: bytes | str) -> Exception:
    words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    answer = f"{code} {words}"
    return Refused(answer) if rules.is_permanent(code) else NotNow(answer)


def _hang_up(backend: EmailBackend) -> None:
    try:
        backend.close()
    except (smtplib.SMTPException, OSError):
        _log.info("the mail server hung up first")


def _bare(sender: str) -> str:
    return sender.rpartition("<")[2].rstrip(">").strip()


def build(letter: Letter) -> EmailMessage:
    """The mail as it goes out: text, and HTML when there is any.

    The standard library's writer is used because Django's folds a long Japanese subject into an empty first line.
    """
    sender = str(Address(letter.sender_name, addr_spec=letter.sender)) if letter.sender_name else letter.sender
    mail = EmailMessage(policy=_FORMAT)
    mail["Subject"] = subject_header(letter.subject)
    mail["From"] = sender
    mail["To"] = address_for_delivery(letter.to)
    mail["Reply-To"] = sender
    mail["Date"] = format_datetime(timezone.now())
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"  # holiday notices must not answer (RFC 3834)
    if letter.stop_url:
        mail["List-Unsubscribe"] = f"<{letter.stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text)
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    return mail
