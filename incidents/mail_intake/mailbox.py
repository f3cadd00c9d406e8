"""A programme's mailbox over IMAP. A mail is marked as taken only after `taken` has stored it for good.

The mark is a keyword of our own where the server keeps keywords: a person who reads the mailbox with a mail program
makes nothing disappear. Where it does not, unread mails are taken.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from incidents.mail_intake.rules import DAYS_BACK, LARGEST_MAIL

KEYWORD = b"$OtasukeTaken"
SECONDS = 30
_log = logging.getLogger(__name__)


class MailboxSilent(RuntimeError):
    """The mailbox cannot be read now; the next sweep tries again."""


class AddressWrong(ValueError):
    """The setting is no address of a mailbox: imaps://user:password@host[:port]/folder."""


@dataclass(frozen=True)
class Place:
    """Where a mailbox is. `secure`: TLS from the first byte (imaps); else plain, for a server on the same machine."""

    user: str
    password: str
    host: str
    port: int
    secure: bool
    folder: str


@dataclass(frozen=True)
class Fetched:
    """A mail as the server has it. Too large: `raw` is its head only."""

    raw: bytes
    size: int

    @property
    def whole(self) -> bool:
        """Whether `raw` is all of it."""
        return self.size <= LARGEST_MAIL


def place_of(address: str) -> Place:
    """Read imaps://user:password@host:993/INBOX; signs such as @ in the user are written %40. Raises AddressWrong."""
    told = urlsplit(address)
    if told.scheme not in {"imap", "imaps"} or not (told.hostname and told.username):
        raise AddressWrong(f"{told.scheme}://…@{told.hostname}")
    secure = told.scheme == "imaps"
    return Place(
        unquote(told.username),
        unquote(told.password or ""),
        told.hostname,
        told.port or (993 if secure else 143),
        secure,
        unquote(told.path.lstrip("/")) or "INBOX",
    )


def mails_take(place: Place, *, today: date, most: int, taken: Callable[[Fetched], bool]) -> int:
    """Hand every new mail to `taken`, at most `most`, oldest first; mark those it answers True for. → how many.

    A mail whose storing fails stays unmarked and does not stop the others. Raises MailboxSilent.
    """
    done = 0
    with _opened(place) as (server, mark):
        new = ["UNKEYWORD", KEYWORD] if mark == KEYWORD else ["UNSEEN"]
        for number in sorted(server.search([*new, "SINCE", today - timedelta(days=DAYS_BACK)]))[:most]:
            mail = _fetched(server, number)
            if mail is not None and _stored(taken, mail):
                server.add_flags([number], [SEEN, mark], silent=True)
                done += 1
    return done


def _stored(taken: Callable[[Fetched], bool], mail: Fetched) -> bool:
    try:
        return taken(mail)
    except Exception:
        _log.exception("a mail could not be stored; it stays in the mailbox")
        return False


def _fetched(server: IMAPClient, number: int) -> Fetched | None:
    told = server.fetch([number], [b"RFC822.SIZE"]).get(number)
    if told is None:  # gone since the search
        return None
    size = int(told[b"RFC822.SIZE"])
    what = b"BODY[]" if size <= LARGEST_MAIL else b"BODY[HEADER]"
    found = server.fetch([number], [what.replace(b"BODY", b"BODY.PEEK")]).get(number)
    return Fetched(bytes(found[what]), size) if found else None


@contextmanager
def _opened(place: Place) -> Iterator[tuple[IMAPClient, bytes]]:
    context = ssl.create_default_context() if place.secure else None
    try:
        with IMAPClient(place.host, place.port, ssl=place.secure, ssl_context=context, timeout=SECONDS) as server:
            server.login(place.user, place.password)
            told = server.select_folder(place.folder)
            keeps = b"\\*" in told.get(b"PERMANENTFLAGS", ()) or KEYWORD in told.get(b"PERMANENTFLAGS", ())
            yield server, KEYWORD if keeps else SEEN
    except (IMAPClientError, OSError) as error:
        # IMAP errors may repeat what was sent; the password is not for the log.
        told_error = str(error).replace(place.password, "…") if place.password else str(error)
        raise MailboxSilent(f"{place.host}: {type(error).__name__}: {told_error}") from None
