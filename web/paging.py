"""Pages of lists that may be longer than anybody reads or counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator  # generic for the type checker only


# Nobody counts or turns pages further than this: a page says "1,000+", and what is behind is found by its words. Each
# row that is counted costs a look at who may see it.
MOST_COUNTED = 1000


class CutPaginator(_Paginator):
    """Pages of the first MOST_COUNTED rows; `is_cut` when there may be more, which the list then says.

    `rows`: a query, a list, or a sequence that itself counts no further; `known`: how many they are, when that was
    counted already; `most`: after how many rows there may be others that were not read.
    """

    def __init__(self, rows: Any, per_page: int, known: int | None = None, most: int | None = None) -> None:
        self._most = MOST_COUNTED if most is None else most
        super().__init__(rows[:MOST_COUNTED] if isinstance(rows, QuerySet | list) else rows, per_page)
        if known is not None:
            self.count = known

    @property
    def is_cut(self) -> bool:
        """Whether the list ends before its rows do."""
        return self.count >= self._most


def counted(rows: QuerySet[Any]) -> int:
    """How many rows there are, MOST_COUNTED at most."""
    return rows.order_by()[:MOST_COUNTED].count()


def is_cut(count: int) -> bool:
    """Whether there may be more than were counted."""
    return count >= MOST_COUNTED


def at_least(count: int) -> str:
    """A count as it is shown: 1,000+ when there may be more."""
    return f"{count:,}+" if is_cut(count) else f"{count:,}"
