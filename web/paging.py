"""Pages of lists that may be longer than anybody reads or counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator  # generic for the type checker only


class CutPaginator(_Paginator):
    """Pages of the first `most` rows; `is_cut` when there may be more, which the list then says."""

    def __init__(self, rows: Any, per_page: int, most: int) -> None:
        super().__init__(rows[:most], per_page)
        self._most = most

    @property
    def is_cut(self) -> bool:
        """Whether the list ends before its rows do."""
        return self.count >= self._most
