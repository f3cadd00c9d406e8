"""Several people do something at the same moment, each on a database connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import connections

PATIENCE = 0.4  # seconds one waits in the middle for somebody a lock may hold outside


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a thread; what came of each, in their order: "done", or the name of what it raised."""
    start, results = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int) -> None:
        start.wait()
        try:
            acts[place]()
            results[place] = "done"
        except Exception as refused:
            results[place] = type(refused).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def meeting_in(act: Callable[..., Any], people: int = 2) -> Callable[..., Any]:
    """`act`, where everybody waits a moment for the others before going on.

    Without a lock before it all of them meet there, in every run; with one the first waits in vain and goes on alone.
    """
    middle = threading.Barrier(people)

    def together(*args: Any, **values: Any) -> Any:
        answer = act(*args, **values)
        with suppress(threading.BrokenBarrierError):  # the others wait behind a lock
            middle.wait(PATIENCE)
        return answer

    return together
