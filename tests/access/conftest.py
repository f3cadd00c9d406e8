"""The world, made once for each file here: its tests undo what they do, but other files empty the database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.world import World, world_make
from tests.conftest import _flush


@pytest.fixture(scope="module")
def world(django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Three marked firms and everybody."""
    from django.db import connections

    _flush()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield world_make()
        connections.close_all()
    _flush()
