"""Private services in a directory of their own, started once per file that needs them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import services


@pytest.fixture(scope="module")
def service_directory(monkeymodule: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory that every account can enter, cleaned of servers afterwards."""
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        monkeymodule.delenv(name, raising=False)
    directory = Path(tempfile.mkdtemp(prefix="otasuke-test-", dir="/var/tmp"))
    directory.chmod(0o755)
    yield directory
    services.destroy(directory)
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def monkeymodule() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch
