"""A person's own filters of a long list: the SOC's alerts, the desk's records, the office's firms, boxes, claims."""

from __future__ import annotations

from datetime import datetime

from alerts.models import SavedFilter
from base.refusals import Refusal
from tenants.models import User

Place = SavedFilter.Place
MOST = 20  # of a list
LONGEST_NAME, LONGEST_QUERY = 40, 500


class FilterRefused(Refusal):
    """Without a name or a filter, too long, or one too many; the text is a code: no_name, no_filter, too_many."""


def filters_of(person: User, place: Place) -> list[SavedFilter]:
    """The person's of a list, by name."""
    return list(SavedFilter.objects.filter(person=person, place=place).order_by("name"))


def filter_save(*, place: Place, name: str, query: str, by: User, now: datetime) -> SavedFilter:
    """Keep a filter; one of the same name takes its place. Raises FilterRefused."""
    called = " ".join(name.split())[:LONGEST_NAME]
    if not called:
        raise FilterRefused("no_name")
    if not query or len(query) > LONGEST_QUERY:
        raise FilterRefused("no_filter")
    others = SavedFilter.objects.filter(person=by, place=place).exclude(name=called)
    if others.count() >= MOST:
        raise FilterRefused("too_many")
    row: SavedFilter
    row, _made = SavedFilter.objects.update_or_create(
        person=by, place=place, name=called, defaults={"query": query, "saved_at": now}
    )
    return row


def filter_drop(*, place: Place, name: str, by: User) -> None:
    """Forget a filter; one that is gone already is no error."""
    SavedFilter.objects.filter(person=by, place=place, name=name).delete()
