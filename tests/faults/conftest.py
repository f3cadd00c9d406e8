"""One platform for all fault tests of a run, on its own durable servers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import services
from ops.accounts import CHECKOUT
from ops.stack import Stack
from tests.faults.field import Field

DIRECTORY = CHECKOUT / "var" / "faults"
GIVEN = (
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "MAINTENANCE_DATABASE_URL",
    "REPORT_DATABASE_URL",
    "SUPERUSER_DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "PLATFORM_KEY_FILE",
)


@pytest.fixture(scope="session")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """PostgreSQL, Redis, web, worker, scheduler and mail server as `make demo` runs them."""
    kept = {name: os.environ.pop(name) for name in GIVEN if name in os.environ}  # the unit tests' forgetful servers
    try:
        with Stack(DIRECTORY, fresh=True) as stack:
            made = Field(stack, tmp_path_factory.mktemp("faults"))
            yield made
            for box in made.boxes:
                if box.running():
                    box.kill()
        services.destroy(DIRECTORY)
    finally:
        os.environ.update(kept)


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for recordings that several tests replay."""
    return tmp_path_factory.mktemp("recordings")
