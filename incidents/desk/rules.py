"""The desk's cases: states and who may move them, what they are about, how soon something must happen. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from base.moves import Move, Party, by
from notifications.hours import BusinessHours


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"  # nobody works on it
    WORKING = "working"  # an agent does
    WAITING = "waiting"  # the firm must answer first
    ESCALATED = "escalated"  # the SOC, the office or a vendor must answer first
    SOLVED = "solved"
    MERGED = "merged"  # it goes on as another case


OPEN_STATES = frozenset({CaseState.NEW, CaseState.WORKING, CaseState.WAITING, CaseState.ESCALATED})

_DESK = by(Party.DESK)
_FIRM_WROTE = by(Party.DESK, Party.RULE)  # a message or a call of the firm
_MERGE = by(Party.DESK, reason=True)
CASE_MOVES: dict[CaseState, dict[CaseState, Move]] = {
    CaseState.NEW: {
        CaseState.WORKING: _DESK,
        CaseState.SOLVED: _DESK,
        CaseState.MERGED: _MERGE,
    },
    CaseState.WORKING: {
        CaseState.NEW: _DESK,  # given back
        CaseState.WAITING: _DESK,
        CaseState.ESCALATED: by(Party.DESK, reason=True),
        CaseState.SOLVED: _DESK,
        CaseState.MERGED: _MERGE,
    },
    CaseState.WAITING: {
        CaseState.WORKING: _FIRM_WROTE,
        CaseState.NEW: _FIRM_WROTE,
        CaseState.ESCALATED: by(Party.DESK, reason=True),
        CaseState.SOLVED: _DESK,
        CaseState.MERGED: _MERGE,
    },
    CaseState.ESCALATED: {
        CaseState.WORKING: by(Party.DESK, Party.RULE),  # the answer has come
        CaseState.NEW: by(Party.DESK, Party.RULE),
        CaseState.WAITING: _DESK,
        CaseState.SOLVED: _DESK,
        CaseState.MERGED: _MERGE,
    },
    CaseState.SOLVED: {
        CaseState.NEW: by(Party.RULE),  # the firm wrote again
        CaseState.WORKING: by(Party.DESK, reason=True),
    },
    CaseState.MERGED: {},
}

# Kinds of inquiries and what they are about: OSK 表4-28 (five kinds), KMM 図75 (joining, installing) inside them.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "box": ("install", "silent", "trouble", "move", "return"),
    "portal": ("login", "reading", "people"),
    "alert": ("meaning", "what_to_do", "too_many", "report"),
    "security": ("infection", "mail", "fraud", "advice"),
    "other": ("joining", "contract", "insurance", "pc", "printer", "anything"),
}

# (category, topic) → the importance it has at least: a firm that thinks it is infected is never of low importance.
LEAST_IMPORTANCE = {("security", "infection"): 2}

HIGH = 3


@dataclass(frozen=True)
class Targets:
    """How soon the desk should act, in time of the open phone (ours: the programmes print none).

    A firm that is told at night that somebody answers on Monday at 9:00 finds a desk whose clock begins then.
    """

    by_importance: tuple[timedelta, timedelta, timedelta, timedelta]  # 0–3
    remind: timedelta  # ask a firm again that has not answered
    answer: timedelta  # ask again whom a case was handed to


DEFAULT_TARGETS = Targets(
    by_importance=(timedelta(hours=16), timedelta(hours=8), timedelta(hours=4), timedelta(minutes=15)),
    remind=timedelta(hours=24),
    answer=timedelta(hours=8),
)

PRESENT_FOR = timedelta(seconds=45)  # a page shows who looks at it; it says so every 15 seconds
RINGS_FOR = timedelta(minutes=3)  # a call that nobody took or gave up is over after this


class CaseIncomplete(ValueError):
    """A case cannot be closed before kind and way are told."""


def due_from(importance: int, at: datetime, hours: BusinessHours, targets: Targets = DEFAULT_TARGETS) -> datetime:
    """Until when the desk should have acted on something of this importance (0–3) that came at `at`."""
    return hours.add_business(at, targets.by_importance[importance])


def due_in_state(state: str, importance: int, at: datetime, hours: BusinessHours, targets: Targets) -> datetime:
    """The next target of a case that has just come into `state`."""
    if state == CaseState.WAITING:
        return hours.add_business(at, targets.remind)
    if state == CaseState.ESCALATED and importance < HIGH:
        return hours.add_business(at, targets.answer)
    return due_from(importance, at, hours, targets)


def require_category(category: str, topic: str) -> None:
    """Raise CaseIncomplete unless `topic` belongs to `category`."""
    if topic not in CATEGORIES.get(category, ()):
        raise CaseIncomplete(f"{category}/{topic}")


def importance_at_least(category: str, topic: str, importance: int) -> int:
    """The importance of a case (0–3), raised to what its topic has at least."""
    return max(importance, LEAST_IMPORTANCE.get((category, topic), 0))


def unread_since(told_at: datetime, minutes: int, hours: BusinessHours) -> datetime:
    """When a firm that has not opened a ★★★ is to be called: after some minutes, or at the next opening."""
    return hours.next_opening(told_at + timedelta(minutes=minutes))


__all__ = [
    "CASE_MOVES",
    "CATEGORIES",
    "DEFAULT_TARGETS",
    "HIGH",
    "LEAST_IMPORTANCE",
    "OPEN_STATES",
    "PRESENT_FOR",
    "RINGS_FOR",
    "CaseIncomplete",
    "CaseState",
    "Party",
    "Targets",
    "due_from",
    "due_in_state",
    "importance_at_least",
    "require_category",
    "unread_since",
]
