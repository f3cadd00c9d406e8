"""Where a task of the desk stands and who may move it; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class TaskState(StrEnum):
    """Where a desk task stands."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"


TASK_MOVES: dict[TaskState, dict[TaskState, Move]] = {
    TaskState.OPEN: {
        TaskState.TAKEN: by(Party.DESK),
        TaskState.DONE: by(Party.DESK, Party.RULE, reason=True),  # by rule: what it was about has settled
    },
    TaskState.TAKEN: {
        TaskState.OPEN: by(Party.DESK),
        TaskState.DONE: by(Party.DESK, Party.RULE, reason=True),
    },
    TaskState.DONE: {},
}
