"""The desk's cases: what they are about, how soon something must happen. Plain data."""

from __future__ import annotations

from datetime import datetime, timedelta

from base.refusals import Refusal
from incidents.core.rules import HIGH, Targets, due_from
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


PRESENT_FOR = timedelta(seconds=45)  # a page shows who looks at it; it says so every 15 seconds
RINGS_FOR = timedelta(minutes=3)  # a call that nobody took or gave up is over after this


class CaseIncomplete(Refusal):
    """A case cannot be closed before its kind and the way of solving are entered."""


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
