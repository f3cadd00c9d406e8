"""A programme's mailbox over IMAP. A mail is marked as taken only after `taken` has stored it for good.

A mail the server does not give, or that cannot be marked, does not stop the others and is reported separately.
The mark is a keyword of our own where the server keeps keywords: a person who reads the mailbox with a mail program
makes nothing disappear. Where it does not, unread mails are taken.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from incidents.mail_intake.rules import DAYS_BACK, LARGEST_MAIL

KEYWORD = b"$OtasukeTaken"
SECONDS = 30
MOST_CONNECTIONS = 5  # in one round: servers hang up over a mail they cannot read
SECONDS_FOR_ALL = 120.0  # for one mailbox in one round; the next round goes on
_log = logging.getLogger(__name__)


class MailboxSilent(RuntimeError):
    """The mailbox cannot be read now; the next sweep tries again."""


class AddressWrong(ValueError):
    """The setting is no address of a mailbox: imaps://user:password@host[:port]/folder."""


@dataclass(frozen=True)
class Place:
    """Where a mailbox is. `secure`: TLS from the first byte (imaps); else plain, for a server on the same machine.

    `by_token`: log-in by OAuth 2 (XOAUTH2); the token comes from incidents.mail_intake.oauth.
    """

    user: str
    password: str
    host: str
    port: int
    secure: bool
    folder: str
    by_token: bool = False


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
    """Read imaps://user:password@host:993/INBOX; signs such as @ in the user are written %40. Raises AddressWrong.

    imaps://user;AUTH=XOAUTH2@host/INBOX (RFC 5092): the log-in is by token.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise AddressWrong("no address of a mailbox") from error
    user, _semicolon, way = (parts.username or "").partition(";")
    if (
        parts.scheme not in {"imap", "imaps"}
        or not (parts.hostname and user)
        or way.upper() not in {"", "AUTH=XOAUTH2"}
    ):
        raise AddressWrong(f"{parts.scheme}://…@{parts.hostname}")
    secure = parts.scheme == "imaps"
    return Place(
        unquote(user),
        unquote(parts.password or ""),
        parts.hostname,
        port or (993 if secure else 143),
        secure,
        unquote(parts.path.lstrip("/")) or "INBOX",
        by_token=bool(way),
    )


@dataclass
class Round:
    """What one look at a mailbox brought: mails taken, and the error of every mail the server did not give, by UID.

    `unstored`: the error of a mail that came and could not be stored; the fault is ours, not the mail's.
    """

    taken: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    unstored: str = ""


class _Unstored(RuntimeError):
    """Our side could not store a mail."""


def mails_take(
    place: Place,
    *,
    today: date,
    most: int,
    taken: Callable[[Fetched], bool],
    tries: Mapping[str, int] | None = None,
    pausing: frozenset[str] = frozenset(),
    token: str = "",
) -> Round:
    """Hand every new mail to `taken`, at most `most`, oldest first; mark those it answers True for.

    `tries`: how often a mail (by UIDVALIDITY:UID) failed before; those come last. `pausing` ones are left out.
    A mail that fails stays unmarked and does not stop the others, also where the server hangs up over it. Raises
    MailboxSilent.
    """
    seen, until = Round(), time.monotonic() + SECONDS_FOR_ALL
    for connection in range(MOST_CONNECTIONS):
        try:
            with _opened(place, token) as (server, mark, validity):
                new = ["UNKEYWORD", KEYWORD] if mark == KEYWORD else ["UNSEEN"]
                since = today - timedelta(days=DAYS_BACK)
                uids = {f"{validity}:{uid}": uid for uid in server.search([*new, "SINCE", since])}
                waiting = _in_order(uids, tries or {}, pausing | seen.refused.keys())[: most - seen.taken]
                over = all(
                    time.monotonic() < until and _tried(server, mark, uids[name], name, taken, seen, place)
                    for name in waiting
                )
        except MailboxSilent:
            if not connection:
                raise
            break
        if over or time.monotonic() > until:
            break
    return seen


def _in_order(uids: Mapping[str, int], tries: Mapping[str, int], left_out: Set[str]) -> list[str]:
    return sorted((name for name in uids if name not in left_out), key=lambda name: (tries.get(name, 0), uids[name]))


def _tried(
    server: IMAPClient,
    mark: bytes,
    number: int,
    name: str,
    taken: Callable[[Fetched], bool],
    seen: Round,
    place: Place,
) -> bool:
    """Take one mail, and note what came of it. → whether the connection still stands."""
    try:
        seen.taken += _take_one(server, number, mark, taken)
    except _Unstored as error:
        seen.unstored = str(error)
    except (IMAPClientAbortError, OSError) as error:
        seen.refused[name] = _words(error, place)
        return False
    except Exception as error:
        _log.warning("mail %s of %s stays in the mailbox: %s", name, place.host, type(error).__name__)
        seen.refused[name] = _words(error, place)
    return True


def _take_one(server: IMAPClient, number: int, mark: bytes, taken: Callable[[Fetched], bool]) -> bool:
    mail = _fetched(server, number)
    if mail is None or not _stored(taken, mail):
        return False
    server.add_flags([number], [SEEN, mark], silent=True)
    return True


def _stored(taken: Callable[[Fetched], bool], mail: Fetched) -> bool:
    try:
        return taken(mail)
    except Exception as error:
        _log.exception("a mail could not be stored; it stays in the mailbox")
        raise _Unstored(f"{type(error).__name__}: {error}"[:200]) from error


def _fetched(server: IMAPClient, number: int) -> Fetched | None:
    sizes = server.fetch([number], [b"RFC822.SIZE"]).get(number)
    if sizes is None:  # gone since the search
        return None
    size = int(sizes[b"RFC822.SIZE"])
    what = b"BODY[]" if size <= LARGEST_MAIL else b"BODY[HEADER]"
    parts = server.fetch([number], [what.replace(b"BODY", b"BODY.PEEK")]).get(number)
    return Fetched(bytes(parts[what]), size) if parts else None


@contextmanager
def _opened(place: Place, token: str) -> Iterator[tuple[IMAPClient, bytes, int]]:
    context = ssl.create_default_context() if place.secure else None
    try:
        with IMAPClient(place.host, place.port, ssl=place.secure, ssl_context=context, timeout=SECONDS) as server:
            if place.by_token:
                server.oauth2_login(place.user, token)
            else:
                server.login(place.user, place.password)
            status = server.select_folder(place.folder)
            keeps = b"\\*" in status.get(b"PERMANENTFLAGS", ()) or KEYWORD in status.get(b"PERMANENTFLAGS", ())
            yield server, KEYWORD if keeps else SEEN, int(status.get(b"UIDVALIDITY", 0))
    except (IMAPClientError, OSError) as error:
        raise MailboxSilent(f"{place.host}: {_words(error, place, token)}") from None


def _words(error: Exception, place: Place, token: str = "") -> str:
    """An error in words. IMAP errors may repeat what was sent; passwords and tokens are not for logs and pages."""
    words = f"{type(error).__name__}: {error}"
    for secret in (place.password, token):
        words = words.replace(secret, "…") if secret else words
    return words[:200]
