"""What becomes of a watch after a scan; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class WatchState(StrEnum):
    """What became of a watch."""

    RUNNING = "running"
    QUIET = "quiet"  # the time passed and the alert did not come again
    RECURRED = "recurred"
    REPLACED = "replaced"  # the firm gave another answer, which has a watch of its own or needs none


WATCH_MOVES: dict[WatchState, dict[WatchState, Move]] = {
    WatchState.RUNNING: {
        WatchState.QUIET: by(Party.RULE),
        WatchState.RECURRED: by(Party.RULE),
        WatchState.REPLACED: by(Party.RULE),
    },
    WatchState.QUIET: {},
    WatchState.RECURRED: {},
    WatchState.REPLACED: {},
}
