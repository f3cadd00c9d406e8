"""States of incidents and desk tasks and who may move them; plain data, no database."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    CONTACTED = "contacted"
    RESPONDING = "responding"
    WATCHING = "watching"
    CLOSED = "closed"


class TaskState(StrEnum):
    """Where a desk task stands."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"


INCIDENT_MOVES: dict[str, frozenset[str]] = {
    IncidentState.OPEN: frozenset({IncidentState.CONTACTED, IncidentState.RESPONDING, IncidentState.CLOSED}),
    IncidentState.CONTACTED: frozenset({IncidentState.RESPONDING, IncidentState.WATCHING, IncidentState.CLOSED}),
    IncidentState.RESPONDING: frozenset({IncidentState.WATCHING, IncidentState.CLOSED}),
    IncidentState.WATCHING: frozenset({IncidentState.RESPONDING, IncidentState.CLOSED}),
    IncidentState.CLOSED: frozenset(),
}
TASK_MOVES: dict[str, frozenset[str]] = {
    TaskState.OPEN: frozenset({TaskState.TAKEN, TaskState.DONE}),
    TaskState.TAKEN: frozenset({TaskState.OPEN, TaskState.DONE}),
    TaskState.DONE: frozenset(),
}

# How soon the desk should act, by importance 0–3 (ours: the programmes print none; OSK 5.3.3 shows the delays).
TARGETS = {3: timedelta(minutes=15), 2: timedelta(hours=4), 1: timedelta(hours=24), 0: timedelta(hours=24)}


class MoveRefused(ValueError):
    """The state machine has no such move."""


def require_move(moves: dict[str, frozenset[str]], old: str, new: str) -> None:
    """Raise MoveRefused unless `moves` allows old → new."""
    if new not in moves[old]:
        raise MoveRefused(f"{old} → {new} is not allowed")


def attention_importance(kind: str, facts: dict[str, object]) -> int:
    """How urgent a request to look is, on the scale of grades: an incident's mail that cannot arrive is as urgent."""
    if kind == "mail_failed":
        return 3 if facts.get("kind") == "incident" else 2
    return 1
