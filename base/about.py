"""What a mail or a request to look is about: a row of any room, by its model and its number.

The rooms below cannot point to the tables of those above. They keep which row it is, and never read it.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Model


class About(NamedTuple):
    """A model by its name in small letters ("incident"), and the row's number."""

    type: str
    id: int


def about_row(model: type[Model], pk: int) -> About:
    """The row `pk` of `model`."""
    return About(str(model._meta.model_name), pk)
