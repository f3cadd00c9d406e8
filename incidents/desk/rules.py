"""The desk's cases: states and who may move them, what they are about, how soon something must happen. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.states.case import CaseState
from notifications.hours import BusinessHours

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
