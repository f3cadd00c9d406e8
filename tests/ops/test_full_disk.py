"""A full disk ends PostgreSQL; with room again it comes back by itself, with every batch a box was thanked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

import psycopg2
import pytest

from bench.ingest_sender import BenchBox
from ops import services
from ops.postgres import Postgres, ServiceError
from ops.processes import Supervisor, free_port, web
from tests.factories import Cast

SIZE = 320 * 1024 * 1024
LEFT = 24 * 1024 * 1024  # for the first batches and less than two more files of PostgreSQL's log
LINE = 60_000  # bytes, of noise: nothing packs it
LINES = 20
PATIENCE_S = 30.0
DATABASE = "small_disk"


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system of its own for the servers."""
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    directory = Path(tempfile.mkdtemp(prefix="otasuke-full-", dir="/var/tmp"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", directory], check=True)
    try:
        yield directory
    finally:
        (directory / "filler").unlink(missing_ok=True)
        services.destroy(directory)
        subprocess.run(["umount", "--lazy", directory], check=True)
        shutil.rmtree(directory)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a file system to fill")
def test_postgresql_that_a_full_disk_ended_is_started_again_and_holds_every_acknowledged_batch(
    cast: Cast, small_disk: Path
) -> None:
    variables, postgres = _platform(small_disk)
    with tempfile.TemporaryDirectory(prefix="otasuke-full-", dir="/var/tmp") as elsewhere:
        port = free_port()
        with Supervisor(Path(elsewhere), variables) as supervisor:
            # As ourselves: the tests' own settings point at folders of this account.
            supervisor.start(replace(web(("127.0.0.1", port), workers=1, threads=2), privileged=True))
            box = cast.sakura_box
            sender = BenchBox(box.sensor.device_id, box.key_id, box.private_key, f"http://127.0.0.1:{port}")
            thanked = _thanked_until_refused(sender, small_disk / "filler")
            assert thanked >= 3
            _log_until_ended(variables["SUPERUSER_DATABASE_URL"], postgres)

            with pytest.raises(ServiceError):
                services.revive(small_disk)

            (small_disk / "filler").unlink()
            assert services.revive(small_disk)[0] == "postgres"
            assert services.revive(small_disk) == []
            stored = _rows(variables["SUPERUSER_DATABASE_URL"], "SELECT first_seq FROM alerts_inboxbatch ORDER BY 1")
            assert {first for (first,) in stored} >= {LINES * number for number in range(thanked)}
            _post(sender)


def _platform(disk: Path) -> tuple[dict[str, str], Postgres]:
    """The servers on the small disk with a copy of this test's database; → (variables of the programs, server)."""
    environment = services.ensure(disk)
    postgres, _redis = services.servers(disk)
    assert environment.superuser_database_url is not None
    _psql(environment.superuser_database_url, "-c", f"CREATE DATABASE {DATABASE} TEMPLATE template0")
    variables = environment.for_database(DATABASE).variables()
    with tempfile.TemporaryFile() as dump:
        subprocess.run(["pg_dump", os.environ["SUPERUSER_DATABASE_URL"]], stdout=dump, check=True)
        dump.seek(0)
        _psql(variables["SUPERUSER_DATABASE_URL"], "-f", "-", stdin=dump.fileno())
    return variables, postgres


def _psql(url: str, *arguments: str, stdin: int | None = None) -> None:
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url, *arguments]
    subprocess.run(command, stdin=stdin, stdout=subprocess.DEVNULL, check=True)


def _thanked_until_refused(sender: BenchBox, filler: Path) -> int:
    """Fill the disk but for a little and post until a batch is not taken; → how many were."""
    with filler.open("wb") as out:
        os.posix_fallocate(out.fileno(), 0, shutil.disk_usage(filler.parent).free - LEFT)
    for number in range(100):
        try:
            _post(sender)
        except (RuntimeError, OSError, HTTPException):
            return number
    raise AssertionError("the disk did not become full")


def _post(sender: BenchBox) -> None:
    sender.send([os.urandom(LINE // 2).hex().encode() for _ in range(LINES)], LINES)


def _log_until_ended(url: str, postgres: Postgres) -> None:
    """What else is written meanwhile: PostgreSQL's log has no room for it, and the server ends."""
    until = time.monotonic() + PATIENCE_S
    while postgres._processes():
        assert time.monotonic() < until, postgres.log.read_text()[-2000:]
        with suppress(psycopg2.Error):
            _rows(url, "SELECT pg_logical_emit_message(false, 'noise', repeat('x', 4000000))")
        time.sleep(0.1)
    assert "PANIC" in postgres.log.read_text(errors="replace")


def _rows(url: str, sql: str) -> list[tuple[int, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
    finally:
        connection.close()
