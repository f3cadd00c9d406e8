"""Indexes of neighbouring letters over what people wrote: sec.desk_rows_worded finds words by them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db.models import Func, TextField
from django.db.models.functions import Cast

from tenants.models.organisation import Grams, PhoneDigits, SearchFold


class SideBySide(Func):
    """Two columns with a space between them, as sec.desk_rows_worded writes them."""

    template = "%(expressions)s"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def words_index(column: str, name: str) -> GinIndex:
    """Of a text column."""
    return GinIndex(Grams(SearchFold(column), 2), name=name)


def data_index(column: str, name: str) -> GinIndex:
    """Of a JSON column, as text."""
    return GinIndex(Grams(SearchFold(Cast(column, TextField())), 2), name=name)


def pair_index(column: str, other: str, name: str) -> GinIndex:
    """Of two text columns together."""
    return GinIndex(Grams(SearchFold(SideBySide(column, other)), 2), name=name)


def figures_index(column: str, name: str) -> GinIndex:
    """Of the figures in a telephone field."""
    return GinIndex(Grams(PhoneDigits(column), 2), name=name)
