"""How long an incident is watched, when it is the same again, how soon the desk must act. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.hours import BusinessHours

# How long an incident is watched unless somebody says otherwise ("not found" is not safe; ours).
WATCH = timedelta(days=30)
# Programme setting `reopen_days`: the same within so many days of the end is the same incident (ours; OSK 5.4.1).
REOPEN_DAYS = 30
# Reason code of an incident that opens again because the firm took back the answer that had ended it.
ANSWER_CHANGED = "answer_changed"


def same_again(*, closed_at: datetime, now: datetime, days: int) -> bool:
    """Whether what comes back belongs to the closed incident; later it is a new one that names the first."""
    return now - closed_at <= timedelta(days=days)


def attention_importance(kind: str, facts: dict[str, object]) -> int:
    """How urgent a request to look is, on the scale of grades: an incident's mail that cannot arrive is as urgent."""
    if kind == "mail_failed":
        return 3 if facts.get("kind") == "incident" else 2
    return {"incident_unread": 3, "call_me": 2, "vendor_wanted": 2, "response_wish": 2}.get(kind, 1)


HIGH = 3


@dataclass(frozen=True)
class Targets:
    """How soon the desk should act, in time of the open phone (ours: the programmes print none).

    When a firm hears at night that somebody answers on Monday at 9:00, the desk's clock begins at that time.
    """

    by_importance: tuple[timedelta, timedelta, timedelta, timedelta]  # 0–3
    remind: timedelta  # ask a firm again that has not answered
    answer: timedelta  # ask again whom a case was handed to


DEFAULT_TARGETS = Targets(
    by_importance=(timedelta(hours=16), timedelta(hours=8), timedelta(hours=4), timedelta(minutes=15)),
    remind=timedelta(hours=24),
    answer=timedelta(hours=8),
)


def due_from(importance: int, at: datetime, hours: BusinessHours, targets: Targets = DEFAULT_TARGETS) -> datetime:
    """Until when the desk should have acted on something of this importance (0–3) that came at `at`."""
    return hours.add_business(at, targets.by_importance[importance])
