"""Statements that PostgreSQL plans once for a connection: for work that asks the same of one firm after the other.

Through row-level security a query of few rows costs PostgreSQL three times as much to plan as to answer, and
Django as much again to write. Row-level security holds for a prepared statement as for any other.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import Model

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """A statement with `$1`, `$2`, … of these `types`; `name` is unique in the platform."""

    def __init__(self, name: str, types: tuple[str, ...], statement: str) -> None:
        self._name = name
        self._prepare = f"PREPARE {name} ({', '.join(types)}) AS {statement}"
        self._execute = f"EXECUTE {name} ({', '.join(['%s'] * len(types))})"

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """What it gives for these values; for a statement that returns rows."""
        with connection.cursor() as cursor:
            self._run(cursor, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def count(self, *values: Any) -> int:
        """How many rows it changed."""
        with connection.cursor() as cursor:
            self._run(cursor, values)
            return int(cursor.rowcount)

    def _run(self, cursor: Any, values: tuple[Any, ...]) -> None:
        known = _known.setdefault(connection.connection, set())
        if self._name not in known:
            cursor.execute(self._prepare)
            known.add(self._name)
        cursor.execute(self._execute, values)


class PreparedRows(Prepared):
    """The rows of a model's table for which a condition holds: `WHERE …`, perhaps with order and lock.

    For models whose columns need no conversion of Django's (no JSON); row-level security is the only wall.
    """

    def __init__(self, name: str, types: tuple[str, ...], model: type[Model], where: str) -> None:
        self._model = model
        fields = model._meta.concrete_fields
        if any(field.get_db_converters(connection) for field in fields):
            raise TypeError(f"a column of {model.__name__} needs a conversion")
        self._names = [field.attname for field in fields]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        super().__init__(name, types, f'SELECT {columns} FROM "{model._meta.db_table}" {where}')

    def models(self, *values: Any) -> list[Any]:
        """The rows as the model's instances."""
        return [self._model.from_db(connection.alias, self._names, row) for row in self.rows(*values)]
