"""States of a vendor's job and of an offer, and who may move them; plain data, no database (OSK 3.4.3)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from base.moves import Move, Party
from base.moves import by as _by

__all__ = [
    "GRACE",
    "JOB_MOVES",
    "OFFER_MOVES",
    "JobState",
    "Move",
    "OfferState",
    "Party",
]


class JobState(StrEnum):
    """Where a job stands, from the firm's wish to the last yen."""

    REQUESTED = "requested"  # the firm wants help; no vendor yet
    OFFERED = "offered"  # one vendor is asked and its timer runs
    ACCEPTED = "accepted"  # a vendor took it; the time is being agreed
    SCHEDULED = "scheduled"  # a time is agreed
    WORKING = "working"  # the first timer has run
    REPORTED = "reported"  # the vendor has reported; the firm looks at it
    SIGNED = "signed"  # the firm signed the report off
    CLOSED = "closed"  # paid or waived; nothing more happens
    CANCELLED = "cancelled"


class OfferState(StrEnum):
    """What became of asking one vendor."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_STAFF = (Party.DESK, Party.OFFICE)
_CANCEL = _by(Party.FIRM, *_STAFF, reason=True)

JOB_MOVES: dict[JobState, dict[JobState, Move]] = {
    JobState.REQUESTED: {JobState.OFFERED: _by(Party.FIRM, *_STAFF), JobState.CANCELLED: _CANCEL},
    JobState.OFFERED: {
        JobState.ACCEPTED: _by(Party.VENDOR, Party.OFFICE),
        JobState.REQUESTED: _by(Party.FIRM, Party.VENDOR, Party.RULE, *_STAFF),  # withdrawn, declined, run out
        JobState.CANCELLED: _CANCEL,
    },
    JobState.ACCEPTED: {
        JobState.SCHEDULED: _by(Party.FIRM, Party.VENDOR, *_STAFF),
        JobState.WORKING: _by(Party.VENDOR),  # remote help may start at once
        JobState.REQUESTED: _by(Party.VENDOR, *_STAFF, reason=True),  # given back
        JobState.CANCELLED: _CANCEL,
    },
    JobState.SCHEDULED: {
        JobState.ACCEPTED: _by(Party.FIRM, Party.VENDOR, *_STAFF, reason=True),  # the time no longer suits
        JobState.WORKING: _by(Party.VENDOR),
        JobState.REQUESTED: _by(Party.VENDOR, *_STAFF, reason=True),
        JobState.CANCELLED: _CANCEL,
    },
    JobState.WORKING: {JobState.REPORTED: _by(Party.VENDOR), JobState.CANCELLED: _by(*_STAFF, reason=True)},
    JobState.REPORTED: {
        JobState.WORKING: _by(Party.FIRM, Party.VENDOR, *_STAFF, reason=True),
        JobState.SIGNED: _by(Party.FIRM),
        JobState.CLOSED: _by(Party.OFFICE, reason=True),  # the firm cannot sign
    },
    JobState.SIGNED: {JobState.CLOSED: _by(Party.RULE, *_STAFF)},
    JobState.CLOSED: {},
    JobState.CANCELLED: {},
}
OFFER_MOVES: dict[OfferState, dict[OfferState, Move]] = {
    OfferState.WAITING: {
        OfferState.ACCEPTED: _by(Party.VENDOR),
        OfferState.DECLINED: _by(Party.VENDOR, reason=True),
        OfferState.EXPIRED: _by(Party.RULE),
        OfferState.WITHDRAWN: _by(Party.FIRM, Party.RULE, *_STAFF),  # by rule: the job was cancelled
    },
    OfferState.ACCEPTED: {},
    OfferState.DECLINED: {},
    OfferState.EXPIRED: {},
    OfferState.WITHDRAWN: {},
}
# A vendor still reads its closed job this long: questions come after the bill (ours).
GRACE = timedelta(days=14)
