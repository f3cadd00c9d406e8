"""A person's own filters of the SOC's work list."""

from __future__ import annotations

from datetime import datetime

from alerts.models import SavedFilter
from base.refusals import Refusal
from tenants.models import User

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 40, 500


class FilterRefused(Refusal):
    """Without a name or a filter, too long, or one too many; the text is a code: no_name, no_filter, too_many."""


def filters_of(person: User) -> list[SavedFilter]:
    """The person's, by name."""
    return list(SavedFilter.objects.filter(person=person).order_by("name"))


def filter_save(*, name: str, query: str, by: User, now: datetime) -> SavedFilter:
    """Keep a filter; one of the same name takes its place. Raises FilterRefused."""
    called = " ".join(name.split())[:LONGEST_NAME]
    if not called:
        raise FilterRefused("no_name")
    if not query or len(query) > LONGEST_QUERY:
        raise FilterRefused("no_filter")
    others = SavedFilter.objects.filter(person=by).exclude(name=called)
    if others.count() >= MOST:
        raise FilterRefused("too_many")
    row: SavedFilter
    row, _made = SavedFilter.objects.update_or_create(
        person=by, name=called, defaults={"query": query, "saved_at": now}
    )
    return row


def filter_drop(*, name: str, by: User) -> None:
    """Forget a filter; one that is gone already is no error."""
    SavedFilter.objects.filter(person=by, name=name).delete()
