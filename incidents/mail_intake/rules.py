"""Where a mail to the desk stands, what the scanner may say, and how much is taken. Plain data."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from tenants.moves import Move, Party, by

LARGEST_MAIL: Final = 30 * 1024 * 1024  # more is kept aside with its head only; mail servers refuse at about 25 MB
LARGEST_FILE: Final = 20 * 1024 * 1024  # clamd's StreamMaxLength is 25 MB as it comes
MOST_FILES: Final = 50
DAYS_BACK: Final = 30  # older mails of a mailbox that is read for the first time stay where they are
MOST_TRIES: Final = 5  # a mail that breaks the intake so often is kept aside


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"  # stored; not yet a contact
    DONE = "done"
    ASIDE = "aside"  # unreadable, too large or from a machine: a person may look
    SETTLED = "settled"  # a person has looked


class FileVerdict(StrEnum):
    """What the scanner said of a file."""

    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    NOT_LOOKED_INTO = "not_looked_into"  # locked by a password, or beyond the scanner's limits
    UNSCANNED = "unscanned"  # this installation has no scanner
    TOO_LARGE = "too_large"


MAIL_MOVES: dict[MailState, dict[MailState, Move]] = {
    MailState.WAITING: {MailState.DONE: by(Party.RULE), MailState.ASIDE: by(Party.RULE, reason=True)},
    MailState.ASIDE: {MailState.SETTLED: by(Party.DESK)},
    MailState.SETTLED: {},
    MailState.DONE: {},
}
# Only these are ever handed out, the last two with a warning; an infected file never is.
HANDED_OUT: Final = frozenset({FileVerdict.CLEAN, FileVerdict.UNSCANNED, FileVerdict.NOT_LOOKED_INTO})
