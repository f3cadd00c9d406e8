"""A lively day on the worker's database, the production web server in front of it, and one Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import browser as browsing
from tests.e2e.stage import busy_day
from tests.e2e.web import collect_static, serving
from tests.factories import Cast


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@dataclass(frozen=True)
class Site:
    """The served site with the cast that lives in it."""

    cast: Cast
    address: str
    browser: Browser

    def visit(self, email: str, width: int) -> Page:
        """A fresh profile, logged in."""
        return browsing.log_in(self.browser, self.address, email, width)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread; the database is used from it on purpose.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    collect_static()
    with browsing.chromium() as browser:
        yield browser
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(chromium: Browser, cast: Cast, tmp_path: Path) -> Iterator[Site]:
    busy_day(cast)
    with serving(tmp_path / "web.log") as address:
        yield Site(cast, address, chromium)
