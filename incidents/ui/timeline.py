"""An incident's timeline for the component `timeline`; its words are incidents.wording's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from incidents.models import IncidentEvent
from incidents.wording import event_text

# Code of an event, or the state it moved to → (tone, icon).
MARKS = {
    "opened": ("danger", "flag"),
    "escalated": ("danger", "flag"),
    "joined": ("attention", "alert"),
    "recurred": ("attention", "alert"),
    "reopened": ("danger", "flag"),
    "opened_by_desk": ("danger", "flag"),
    "wished": ("danger", "flag"),
    "answered": ("info", "check"),
    "watched": ("info", "clock"),
    "stopped": ("safe", "check"),
    "merged": ("neutral", "info"),
    "absorbed": ("neutral", "info"),
    "attached": ("attention", "alert"),
    "isolation_wished": ("attention", "alert"),
    "isolation_agreed": ("info", "lock"),
    "isolation_applied": ("safe", "lock"),
    "isolation_refused": ("danger", "alert"),
    "isolation_ended": ("info", "check"),
    "isolation_expired": ("info", "clock"),
    "mailed": ("info", "mail"),
    "task_done": ("safe", "check"),
    "contacted": ("info", "phone"),
    "responding": ("info", "tool"),
    "watching": ("info", "clock"),
    "closed": ("safe", "check"),
}


def lines(events: Iterable[IncidentEvent]) -> list[dict[str, Any]]:
    """Entries in the order given."""
    return [_line(event) for event in events]


def _line(event: IncidentEvent) -> dict[str, Any]:
    key = str(event.data.get("to", "")) if event.code == "moved" else event.code
    tone, shape = MARKS.get(key, ("neutral", "info"))
    who = (event.actor.full_name or gettext("担当者")) if event.actor else gettext("自動")
    return {"at": event.at, "title": event_text(event), "tone": tone, "shape": shape, "who": who}
