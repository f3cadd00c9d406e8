"""Sort and columns of a long list: parameters of its address, `sort=` and `columns=`, by what the list declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from web.paging import MOST_COUNTED, is_cut

SORT, COLUMNS, PAGE = "sort", "columns", "page"


@dataclass(frozen=True)
class Column:
    """A column; the first of a list names its rows and is always shown.

    `field`: a field or an expression of the rows by which it is sorted; None when it cannot be. `turned`: what the
    column shows grows as the field falls, as an age does.
    """

    key: str
    label: Any
    field: Any = None
    numeric: bool = False
    turned: bool = False


@dataclass(frozen=True)
class Heading:
    """The head of a shown column: `href` sorts by it, the other way round when it is sorted by already."""

    column: Column
    href: str
    direction: str  # ascending, descending or "", as in aria-sort


class Arrangement:
    """The chosen sort and columns of a list. What cannot be read counts as not given."""

    def __init__(self, columns: Iterable[Column], query: QueryDict) -> None:
        self.columns = tuple(columns)
        self._query = query
        by_key = {column.key: column for column in self.columns}
        chosen = query.get(SORT, "")
        column = by_key.get(chosen.removeprefix("-"))
        self.sorted_by = column if column is not None and column.field is not None else None
        self.falling = self.sorted_by is not None and chosen.startswith("-")
        keys = {key for key in query.getlist(COLUMNS) if key in by_key} or set(by_key)
        self.shown = keys | {self.columns[0].key}

    @property
    def sort(self) -> str:
        """As it stands in the address; "" for the list's own order."""
        return ("-" if self.falling else "") + self.sorted_by.key if self.sorted_by else ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """(name, value) of sort and columns, for another form or link of the same list."""
        columns = [column.key for column in self.columns if column.key in self.shown]
        chosen = [] if len(columns) == len(self.columns) else [(COLUMNS, key) for key in columns]
        return [*([(SORT, self.sort)] if self.sort else []), *chosen]

    @property
    def others(self) -> list[tuple[str, str]]:
        """(name, value) of what else stands in the address: filters, but no page."""
        names = (SORT, COLUMNS, PAGE)
        return [(name, value) for name, values in self._query.lists() if name not in names for value in values]

    def address(self, parts: Iterable[tuple[str, str]] = ()) -> str:
        """A query string of these parts, with sort and columns."""
        query = QueryDict(mutable=True)
        for name, value in (*parts, *self.kept):
            query.appendlist(name, value)
        return "?" + query.urlencode()

    @property
    def headings(self) -> list[Heading]:
        """Of the shown columns, in their order."""
        return [self._heading(column) for column in self.columns if column.key in self.shown]

    def _heading(self, column: Column) -> Heading:
        if column.field is None:
            return Heading(column, "", "")
        current = column is self.sorted_by
        query = QueryDict(mutable=True)
        columns = [(name, value) for name, value in self.kept if name == COLUMNS]
        turned = "-" if current and not self.falling else ""
        for name, value in (*self.others, (SORT, turned + column.key), *columns):
            query.appendlist(name, value)
        direction = ("descending" if self.falling else "ascending") if current else ""
        return Heading(column, "?" + query.urlencode(), direction)

    @property
    def choices(self) -> list[tuple[str, Column, bool]]:
        """(value, column, falling) of every order there is."""
        sortable = [column for column in self.columns if column.field is not None]
        return [("-" * falling + column.key, column, falling) for column in sortable for falling in (False, True)]

    def rows(self, rows: QuerySet[Any]) -> Any:
        """The rows for web.paging.CutPaginator: as they come, or the first MOST_COUNTED of them sorted."""
        if self.sorted_by is None:
            return rows
        return SortedRows(rows, self.sorted_by.field, falling=self.falling != self.sorted_by.turned)

    def is_part_sorted(self, count: int) -> bool:
        """Whether there may be rows that the sort did not read."""
        return self.sorted_by is not None and is_cut(count)


class SortedRows(Sequence[Any]):
    """The first MOST_COUNTED rows of a query in another order: the keys are read once, whole rows of one page only.

    Rows without the value stand last either way. Nothing is sorted over all rows: those of 100,000 firms cost as those
    of 1,000.
    """

    def __init__(self, rows: QuerySet[Any], field: Any, *, falling: bool) -> None:
        self._rows = rows
        read = list(rows.values_list("pk", field)[:MOST_COUNTED])
        filled = sorted((line for line in read if line[1] is not None), key=lambda line: line[1], reverse=falling)
        self._keys = [key for key, _value in (*filled, *(line for line in read if line[1] is None))]

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, place: Any) -> Any:
        keys = self._keys[place] if isinstance(place, slice) else [self._keys[place]]
        by_key = {row.pk: row for row in self._rows.order_by().filter(pk__in=keys)}
        rows = [by_key[key] for key in keys if key in by_key]
        return rows if isinstance(place, slice) else rows[0]

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])
