"""How much work one batch may cost, so that no sender holds a worker for long."""

from __future__ import annotations

import time

SECONDS_PER_BATCH = 60.0


class BudgetSpent(Exception):
    """The time of a batch is used up."""


class Budget:
    """Processor seconds of this process: a slow database or a busy machine is not the sender's fault."""

    def __init__(self, seconds: float = SECONDS_PER_BATCH) -> None:
        self._seconds = seconds
        self._until = time.process_time() + seconds

    def check(self) -> None:
        """Raises BudgetSpent when the time is over. Called between lines and between tries."""
        if time.process_time() > self._until:
            raise BudgetSpent(f"more than {self._seconds:g} s of work")
