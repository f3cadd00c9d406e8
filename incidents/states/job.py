"""States of a vendor's job and of an offer, and who may move them; plain data, no database (OSK 3.4.3)."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


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
_CANCEL = by(Party.FIRM, *_STAFF, reason=True)

JOB_MOVES: dict[JobState, dict[JobState, Move]] = {
    JobState.REQUESTED: {JobState.OFFERED: by(Party.FIRM, *_STAFF), JobState.CANCELLED: _CANCEL},
    JobState.OFFERED: {
        JobState.ACCEPTED: by(Party.VENDOR, Party.OFFICE),
        JobState.REQUESTED: by(Party.FIRM, Party.VENDOR, Party.RULE, *_STAFF),  # withdrawn, declined, run out
        JobState.CANCELLED: _CANCEL,
    },
    JobState.ACCEPTED: {
        JobState.SCHEDULED: by(Party.FIRM, Party.VENDOR, *_STAFF),
        JobState.WORKING: by(Party.VENDOR),  # remote help may start at once
        JobState.REQUESTED: by(Party.VENDOR, *_STAFF, reason=True),  # given back
        JobState.CANCELLED: _CANCEL,
    },
    JobState.SCHEDULED: {
        JobState.ACCEPTED: by(Party.FIRM, Party.VENDOR, *_STAFF, reason=True),  # the time no longer suits
        JobState.WORKING: by(Party.VENDOR),
        JobState.REQUESTED: by(Party.VENDOR, *_STAFF, reason=True),
        JobState.CANCELLED: _CANCEL,
    },
    JobState.WORKING: {JobState.REPORTED: by(Party.VENDOR), JobState.CANCELLED: by(*_STAFF, reason=True)},
    JobState.REPORTED: {
        JobState.WORKING: by(Party.FIRM, Party.VENDOR, *_STAFF, reason=True),
        JobState.SIGNED: by(Party.FIRM),
        JobState.CLOSED: by(Party.OFFICE, reason=True),  # the firm cannot sign
    },
    JobState.SIGNED: {JobState.CLOSED: by(Party.RULE, *_STAFF)},
    JobState.CLOSED: {},
    JobState.CANCELLED: {},
}
OFFER_MOVES: dict[OfferState, dict[OfferState, Move]] = {
    OfferState.WAITING: {
        OfferState.ACCEPTED: by(Party.VENDOR),
        OfferState.DECLINED: by(Party.VENDOR, reason=True),
        OfferState.EXPIRED: by(Party.RULE),
        OfferState.WITHDRAWN: by(Party.FIRM, Party.RULE, *_STAFF),  # by rule: the job was cancelled
    },
    OfferState.ACCEPTED: {},
    OfferState.DECLINED: {},
    OfferState.EXPIRED: {},
    OfferState.WITHDRAWN: {},
}
