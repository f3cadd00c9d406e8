"""States of incidents and desk tasks, who may move them, what opens an incident; plain data, no database."""

from __future__ import annotations

from datetime import datetime, timedelta

# How long an incident is watched unless somebody says otherwise ("not found" is not safe; ours).
WATCH = timedelta(days=30)
# Programme setting `reopen_days`: the same within so many days of the end is the same incident (ours; OSK 5.4.1).
REOPEN_DAYS = 30


def same_again(*, closed_at: datetime, now: datetime, days: int) -> bool:
    """Whether what comes back belongs to the closed incident; later it is a new one that names the first."""
    return now - closed_at <= timedelta(days=days)


def attention_importance(kind: str, facts: dict[str, object]) -> int:
    """How urgent a request to look is, on the scale of grades: an incident's mail that cannot arrive is as urgent."""
    if kind == "mail_failed":
        return 3 if facts.get("kind") == "incident" else 2
    return {"incident_unread": 3, "call_me": 2, "vendor_wanted": 2, "response_wish": 2}.get(kind, 1)
