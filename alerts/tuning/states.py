"""Where a change of grading stands, and who moves it on; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class TuningState(StrEnum):
    """Where a change of grading stands."""

    PROPOSED = "proposed"  # it is being tried on the detections of the last 90 days
    REPLAYED = "replayed"  # a second person decides
    REFUSED = "refused"  # also by whoever proposed it
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ROLLED_BACK = "rolled_back"


OPEN = (TuningState.PROPOSED, TuningState.REPLAYED, TuningState.IN_FORCE)
WAITING = (TuningState.PROPOSED, TuningState.REPLAYED)
APPROVED = (TuningState.IN_FORCE, TuningState.EXPIRED, TuningState.ROLLED_BACK)
ENDED = (TuningState.REFUSED, TuningState.EXPIRED, TuningState.ROLLED_BACK)

_REFUSE = by(Party.ANALYST, reason=True)
TUNING_MOVES: dict[TuningState, dict[TuningState, Move]] = {
    TuningState.PROPOSED: {TuningState.REPLAYED: by(Party.RULE), TuningState.REFUSED: _REFUSE},
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
