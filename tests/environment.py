"""A pytest plugin loaded first: gives every worker its own clone of a migrated PostgreSQL database and a Redis number.

The code under test connects as the application role, so row-level security holds in every test. A worker holds a
numbered slot while it lives, so runs side by side never share a database.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ops import install, services

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "var" / "test"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
SLOTS = 63  # Redis has 64 numbered databases here
_held: list[IO[str]] = []
SCHEMA_SOURCES = (
    "*/migrations/*.py",
    "*/sql/*/*.sql",
    "base/sql_files.py",
    "tenants/tenancy/rls.py",
    "ops/bootstrap.sql",
    "requirements.lock",
)


def _schema_fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in SCHEMA_SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _only_one() -> Iterator[None]:
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    with (DIRECTORY / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _slot() -> int:
    """The lowest free number; its lock is held until this process ends."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for number in range(1, SLOTS + 1):
        lock = (DIRECTORY / f"slot-{number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _held.append(lock)
        return number
    raise RuntimeError(f"all {SLOTS} test databases are in use")


def _prepare() -> None:
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)
    environment = services.ensure(DIRECTORY, durable=False)
    postgres, _redis = services.servers(DIRECTORY, durable=False)
    template = f"template_{_schema_fingerprint()}"
    number = _slot()
    own = f"test_{number}"
    with _only_one():
        install.compile_messages()
        marker = DIRECTORY / f"{template}.ready"
        if not marker.exists():
            for old in DIRECTORY.glob("template_*.ready"):
                postgres.database_drop(old.stem)
                old.unlink()
            postgres.database_create(template)
            variables = environment.for_database(template).variables()
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--database", "owner", "-v", "0"],
                cwd=ROOT,
                env=os.environ | variables | {"DEBUG": "1"},
                check=True,
            )
            marker.touch()
        postgres.database_create(own, template=template)
    variables = environment.for_database(own).variables()
    variables["REDIS_URL"] = re.sub(r"db=\d+", f"db={number}", variables["REDIS_URL"])
    broker = variables["CELERY_BROKER_URL"]
    variables["CELERY_BROKER_URL"] = re.sub(r"virtual_host=\d+", f"virtual_host={number}", broker)
    os.environ.update(variables)
    scratch = tempfile.mkdtemp(prefix="otasuke-test-")
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    os.environ.update(
        SECRET_KEY="tests-only",
        DJANGO_SETTINGS_MODULE="otasuke.settings",
        STATICFILES_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage",
        PLATFORM_KEY_FILE=f"{scratch}/platform.key",
        PRIVATE_MEDIA_ROOT=f"{scratch}/private",
        STATIC_ROOT=scratch,
        PORTAL_URL="http://testserver",
        ALLOWED_HOSTS="*",
    )


# The controller of a parallel run executes no test itself.
if not any(flag.startswith(("-n", "--numprocesses")) for flag in sys.argv) or WORKER != "main":
    _prepare()
else:
    services.ensure(DIRECTORY, durable=False)
    os.environ.setdefault("SECRET_KEY", "tests-only")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")
