"""kill -9 of every part of a running platform, as a power cut or a memory shortage would, and its start again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence

from ops import services
from ops.postgres import ServiceError, processes_in
from ops.stack import Stack


def program(stack: Stack, name: str) -> None:
    """Web, worker or scheduler with all its processes."""
    stack.supervisor.kill(name)
    stack.supervisor.restart(name)


def redis(stack: Stack, away_s: float = 2.0) -> None:
    """The server is away for a moment and comes back with its append-only file."""
    _postgres, server = services.servers(stack.directory)
    kill(processes_in(server.data))
    time.sleep(away_s)
    server.start()


def postgres(stack: Stack) -> None:
    """The server and all its backends; it comes back from its log."""
    server, _redis = services.servers(stack.directory)
    kill(processes_in(server.data))
    server.start()


def backend(stack: Stack) -> None:
    """One working backend: PostgreSQL then ends all others and recovers by itself. Raises ServiceError."""
    kill([_backend_at_work(stack)])
    time.sleep(0.5)  # until the server has seen it
    server, _redis = services.servers(stack.directory)
    until = time.monotonic() + 30
    while not server.is_ready():
        if time.monotonic() > until:
            raise ServiceError("PostgreSQL did not recover")
        time.sleep(0.1)


def _backend_at_work(stack: Stack, within_s: float = 60) -> int:
    """The process of a connection of the platform, a busy one first. After a strike there may be none for a moment:
    programs connect again when they have something to do."""
    busy = "SELECT pid FROM pg_stat_activity WHERE usename = 'otasuke_app' ORDER BY state = 'active' DESC LIMIT 1"
    until = time.monotonic() + within_s
    while not (backends := stack.rows(busy)):
        if time.monotonic() > until:
            raise ServiceError(f"the platform did not connect to PostgreSQL within {within_s:.0f} s")
        time.sleep(0.02)
    return int(backends[0][0])


def kill(processes: Sequence[int]) -> None:
    """kill -9. Raises ServiceError when there is nothing to kill: a strike that hits nothing proves nothing."""
    if not processes:
        raise ServiceError("nothing runs that could be killed")
    for pid in processes:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
