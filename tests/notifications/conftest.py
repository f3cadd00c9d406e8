"""A real SMTP server, and a real HTTP server of others, for these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.mailing import mailbox
from tests.notifications.town import Town, town_open

__all__ = ["mailbox"]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """What people of other tests sent does not count here."""
    cache.clear()


@pytest.fixture
def town(settings: Settings) -> Iterator[Town]:
    """Others' server on this machine, and the one setting that lets messages go there."""
    with town_open() as town:
        settings.POSTS_TO_LOOPBACK = True
        settings.CHATWORK_API_URL = settings.LINE_WORKS_API_URL = settings.LINE_WORKS_AUTH_URL = town.url
        settings.TELEPHONY_API_URL = town.url
        settings.TELEPHONY_ACCOUNT, settings.TELEPHONY_SECRET = "AC1", "the secret"
        settings.TELEPHONY_SENDER = "+815012345678"
        yield town
