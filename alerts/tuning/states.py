"""Where a change of grading stands, and who moves it on; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class TuningState(StrEnum):
    """Where a change of grading stands."""

    PROPOSED = "proposed"  # it is being tried on the detections of the last 90 days
    REPLAYED = "replayed"  # a second person decides
    UNTRIED = "untried"  # it could not be tried: a person has it tried again, or gives it up
    REFUSED = "refused"  # also by whoever proposed it
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ROLLED_BACK = "rolled_back"


class Fault(StrEnum):
    """Why a proposal could not be tried on the past."""

    ENDED = "ended"  # the worker was stopped in the middle; also while a try runs
    SLOW = "slow"  # the database took longer than it may
    DATABASE = "database"  # it was away, or refused
    UNSEEN = "unseen"  # in whose sight it is tried sees the firm, or the proposal, no more
    ERROR = "error"


WAITING = (TuningState.PROPOSED, TuningState.REPLAYED, TuningState.UNTRIED)
OPEN = (*WAITING, TuningState.IN_FORCE)
APPROVED = (TuningState.IN_FORCE, TuningState.EXPIRED, TuningState.ROLLED_BACK)
ENDED = (TuningState.REFUSED, TuningState.EXPIRED, TuningState.ROLLED_BACK)

_REFUSE = by(Party.ANALYST, reason=True)
TUNING_MOVES: dict[TuningState, dict[TuningState, Move]] = {
    TuningState.PROPOSED: {
        TuningState.REPLAYED: by(Party.RULE),
        TuningState.UNTRIED: by(Party.RULE),  # tried too often (alerts.tuning.trying)
        TuningState.REFUSED: _REFUSE,
    },
    TuningState.UNTRIED: {TuningState.PROPOSED: by(Party.ANALYST), TuningState.REFUSED: _REFUSE},
    TuningState.REPLAYED: {
        TuningState.IN_FORCE: by(Party.ANALYST),  # never by who proposed it: services and the database
        TuningState.REFUSED: _REFUSE,
    },
    TuningState.REFUSED: {},
    TuningState.IN_FORCE: {
        TuningState.EXPIRED: by(Party.RULE),
        TuningState.ROLLED_BACK: by(Party.ANALYST, reason=True),
    },
    TuningState.EXPIRED: {},
    TuningState.ROLLED_BACK: {},
}
