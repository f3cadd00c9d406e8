"""Words in a firm's list: what a line shows, what its device and its site are called, the rule's own name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import QuerySet

from alerts.models import AlertGroup, AlertSeries
from alerts.selectors import groups_of
from alerts.ui.listing import GroupRow, rows
from base.identity import search_fold

# So many lines are read, newest first; the list says when there are more.
MOST_SEARCHED: Final = 2000


def series_searched(series: QuerySet[AlertSeries], words: Sequence[str]) -> tuple[list[AlertSeries], bool]:
    """Series of one firm whose notice holds every word (as search_fold has them); whether there were more to read."""
    read = list(series[: MOST_SEARCHED + 1])
    candidates = read[:MOST_SEARCHED]
    if not candidates:
        return [], False
    newest = groups_of(candidates[0].tenant_id).filter(pk__in=[each.newest_group for each in candidates])
    fitting = {group.pk for group in _fitting(list(newest), words)}
    return [each for each in candidates if each.newest_group in fitting], len(read) > MOST_SEARCHED


def groups_searched(groups: QuerySet[AlertGroup], words: Sequence[str]) -> tuple[list[AlertGroup], bool]:
    """The same of single notices and records."""
    read = list(groups[: MOST_SEARCHED + 1])
    return _fitting(read[:MOST_SEARCHED], words), len(read) > MOST_SEARCHED


def _fitting(groups: Sequence[AlertGroup], words: Sequence[str]) -> list[AlertGroup]:
    return [row.group for row in rows(groups) if _holds(row, words)]


def _holds(row: GroupRow, words: Iterable[str]) -> bool:
    group = row.group
    shown = (row.headline, row.threat, row.device, group.peer, group.signature, group.asset_mac, group.asset_ip or "")
    text = search_fold(" ".join(shown))
    return all(word in text for word in words)
