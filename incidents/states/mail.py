"""Where a mail to the desk stands, and what the scanner may say of its files; plain data, no database."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from base.moves import Move, Party, by


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
