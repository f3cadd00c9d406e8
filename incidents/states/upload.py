"""How far a file of a job is on its way in; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class UploadState(StrEnum):
    """How far a file is on its way in."""

    RECEIVING = "receiving"
    ARRIVED = "arrived"  # a scanner looks at it
    DONE = "done"
    REFUSED = "refused"


UPLOAD_MOVES: dict[UploadState, dict[UploadState, Move]] = {
    UploadState.RECEIVING: {UploadState.ARRIVED: by(Party.VENDOR)},
    UploadState.ARRIVED: {UploadState.DONE: by(Party.RULE), UploadState.REFUSED: by(Party.RULE)},
    UploadState.DONE: {},
    UploadState.REFUSED: {},
}
