"""The month's verdict and the one thing to do; plain rules on plain data (KMM 図63).

"Safe" is said only of a month in which everything in use watched all the time; what nobody could see is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """What the first page says in one word."""

    SAFE = "safe"
    # Nothing found while watched, and only a short pause: not safe, and nothing to do.
    WATCHED = "watched"
    ATTENTION = "attention"
    DANGER = "danger"
    UNKNOWN = "unknown"


class Todo(StrEnum):
    """The one thing to do."""

    CALL_NOW = "call_now"
    FINISH_INCIDENT = "finish_incident"
    START_BOX = "start_box"
    CONNECT_BOX = "connect_box"
    RESTORE_PROTECTION = "restore_protection"
    ASK_PROTECTION = "ask_protection"
    SCAN_DEVICE = "scan_device"
    DELETE_FILE = "delete_file"
    ASK_STAFF = "ask_staff"
    CHANGE_PASSWORD = "change_password"
    CHECK_BOX = "check_box"
    KEEP = "keep"


HIGH: Final = 3
MEDIUM: Final = 2


@dataclass(frozen=True)
class OpenIncident:
    """What the verdict takes from an incident."""

    kind: str
    grade: int
    closed: bool


@dataclass(frozen=True)
class Facts:
    """What the verdict is made from.

    `counts`: (function, direction, grade) → how many, of ★★ and more those that nobody answered or judged yet.
    `nothing_seen`: no moment of the period was watched. `silent`: a box was not heard of for a time. `off`: minutes
    in which traffic went around the engine or a function did not judge; `off_now`: so it is at the end of the period.
    `patience`: minutes off that are no reason to ask (programme setting).
    """

    counts: Mapping[tuple[str, str, int], int]
    incidents: tuple[OpenIncident, ...]
    boxes: int
    nothing_seen: bool = False
    silent: bool = False
    off: float = 0
    off_now: bool = False
    patience: int = 10

    def any(self, function: str = "", direction: str = "", grade: int = 1) -> bool:
        """Whether there were alerts of at least this grade."""
        return any(
            number
            for (of_function, of_direction, of_grade), number in self.counts.items()
            if of_grade >= grade and function in ("", of_function) and direction in ("", of_direction)
        )


def judge(facts: Facts) -> dict[str, str]:
    """{"level", "todo"}: the first rule that holds."""
    todo = _todo(facts)
    return {"level": _level(facts, todo).value, "todo": todo.value}


def _todo(facts: Facts) -> Todo:
    still_open = [incident for incident in facts.incidents if not incident.closed]
    rules = (
        (any(incident.grade >= HIGH for incident in still_open), Todo.CALL_NOW),
        # A high grade that led to no incident yet: the incident is on its way, the firm should not wait for it.
        (not facts.incidents and facts.any(grade=HIGH), Todo.CALL_NOW),
        (any(incident.kind == "antivirus_unresolved" for incident in still_open), Todo.DELETE_FILE),
        (bool(still_open), Todo.FINISH_INCIDENT),
        (facts.boxes == 0, Todo.START_BOX),
        (facts.off_now, Todo.RESTORE_PROTECTION),
        (facts.nothing_seen, Todo.ASK_PROTECTION if facts.off and not facts.silent else Todo.CONNECT_BOX),
        (facts.any("ips", "outbound", MEDIUM) or facts.any("av", "outbound", MEDIUM), Todo.SCAN_DEVICE),
        (facts.any("av", "inbound", MEDIUM), Todo.DELETE_FILE),
        (facts.any("ips", "inbound", MEDIUM), Todo.SCAN_DEVICE),
        (facts.any("wg", "", MEDIUM), Todo.ASK_STAFF),
        (facts.any("ips", "internal"), Todo.CHANGE_PASSWORD),
        (facts.off >= facts.patience, Todo.ASK_PROTECTION),
        (facts.silent, Todo.CHECK_BOX),
    )
    return next((todo for holds, todo in rules if holds), Todo.KEEP)


_NOBODY_SAW: Final = (Todo.START_BOX, Todo.CONNECT_BOX, Todo.RESTORE_PROTECTION, Todo.ASK_PROTECTION)


def _level(facts: Facts, todo: Todo) -> Level:
    if todo is Todo.CALL_NOW:
        return Level.DANGER
    # Nothing was watched, but an incident from before is still open, which matters more.
    if todo is Todo.START_BOX or (facts.nothing_seen and todo in _NOBODY_SAW):
        return Level.UNKNOWN
    if todo is not Todo.KEEP:
        return Level.ATTENTION
    return Level.WATCHED if facts.off else Level.SAFE
