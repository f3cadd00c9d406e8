"""Every test begins with no counted tries: the limits of one test would stop the next."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.mailing import mailbox

__all__ = ["mailbox"]


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()
