"""The whole path's cost: CPU per event from POST to stored alert, against a server-side COPY of the same wide rows.

    python -m bench.ingest [batches]

Starts the private servers under var/bench, a web server and a Celery worker, posts signed batches over HTTP and waits
until all are alerts. Counted is the CPU of web, worker and every PostgreSQL backend that serves them, not that of this
program, Redis, or PostgreSQL's own writers. Wall figures are with this program on the same cores.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from psycopg2.extras import execute_values

from bench.ingest_events import lines
from ops import services
from ops.processes import Supervisor, free_port, web, worker
from otasuke.queues import LANES

DIRECTORY = Path("var/bench")
DATABASE = "bench_ingest"
OWN_NAME = "bench"  # of this program's own connections
BOXES = 4
PER_BATCH = 500
SENDERS = 2


def run(batches: int = 120) -> dict[str, Any]:
    """Figures of one run. `ratio` is (CPU per event of COPY) ÷ (CPU per event of our path): higher is better."""
    with _platform() as (supervisor, url, cursor):
        from bench.ingest_sender import boxes_make

        boxes = boxes_make(BOXES, url)
        sample = lines(PER_BATCH * batches, seed=1)
        warm = lines(PER_BATCH * BOXES * 2, seed=2)
        _send(boxes, warm)
        _wait(cursor)
        # As autovacuum does in life: plans made for empty tables would be kept by every session.
        cursor.execute("ANALYZE")
        before, started = _cpu(supervisor, cursor), time.monotonic()
        _send(boxes, sample)
        posted = time.monotonic() - started
        _wait(cursor)
        wall = time.monotonic() - started
        after = _cpu(supervisor, cursor)
        stored = _scalar(cursor, "SELECT count(*) FROM alerts_alert") - len(warm)
        if stored != len(sample):
            raise RuntimeError(f"{len(sample)} events sent, {stored} alerts stored")
        groups = _scalar(cursor, "SELECT count(*) FROM alerts_alertgroup")
        copy_s = _copy(cursor, sample)
    parts = {name: after[name] - before[name] for name in after}
    ours, theirs = sum(parts.values()) / stored, copy_s / stored
    return {
        "events": stored,
        "line_bytes": round(sum(map(len, sample)) / stored),
        "groups": groups,
        "cpu_us_per_event": {name: round(spent / stored * 1e6, 1) for name, spent in parts.items()},
        "cpu_us_per_event_all": round(ours * 1e6, 1),
        "copy_cpu_us_per_event": round(theirs * 1e6, 1),
        "ratio": round(theirs / ours, 2),
        "wall_events_per_s": round(stored / wall),
        "posted_events_per_s": round(stored / posted),
        "grading_us_per_alert": grading_us(sample[:5000]),
    }


def grading_us(sample: list[bytes]) -> float:
    """Microseconds of `grade` and `count_key` per decoded alert, in this process."""
    from alerts.eve import decode
    from alerts.grading import Settings, grade_next

    events = [decode(line) for line in sample]
    settings = Settings()
    window = settings.window()
    for event in events:
        grade_next(event, window, settings)
    started = time.process_time()
    for event in events:
        grade_next(event, window, settings)
    return round((time.process_time() - started) / len(events) * 1e6, 2)


def platform_prepare(more: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """An empty database, Django set up on it, and the settings of the programs to start; → (settings, web port)."""
    environment = services.ensure(DIRECTORY)
    postgres, _redis = services.servers(DIRECTORY)
    postgres.database_create(DATABASE)
    port = free_port()
    variables = environment.for_database(DATABASE).variables() | {
        "DEBUG": "0",
        "LOG_LEVEL": "WARNING",
        "SECRET_KEY": "bench-only",
        "PORTAL_URL": f"http://127.0.0.1:{port}",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "PLATFORM_KEY_FILE": str(DIRECTORY.absolute() / "cache" / "platform.key"),
        "DJANGO_SETTINGS_MODULE": "otasuke.settings",
        "PGAPPNAME": "otasuke",
        **more,
    }
    os.environ.update(variables | {"PGAPPNAME": OWN_NAME})
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    return variables, port


@contextmanager
def _platform() -> Iterator[tuple[Supervisor, str, Any]]:
    variables, port = platform_prepare({})
    with Supervisor(DIRECTORY, variables) as supervisor:
        supervisor.start(web(("127.0.0.1", port), workers=2, threads=2))
        supervisor.start(worker(LANES[0]))
        connection = psycopg2.connect(variables["SUPERUSER_DATABASE_URL"], application_name=OWN_NAME)
        connection.autocommit = True
        cursor = connection.cursor()
        # Its workers would be counted among the ended backends.
        cursor.execute("ALTER SYSTEM SET autovacuum = off")
        cursor.execute("SELECT pg_reload_conf()")
        try:
            yield supervisor, f"http://127.0.0.1:{port}", cursor
        finally:
            cursor.execute("ALTER SYSTEM RESET autovacuum")
            cursor.execute("SELECT pg_reload_conf()")
            connection.close()


def _send(boxes: list[Any], events: list[bytes]) -> None:
    """Each box gets its share in order; boxes post side by side."""
    share = len(events) // len(boxes)
    jobs = [(box, events[number * share : (number + 1) * share]) for number, box in enumerate(boxes)]
    with ThreadPoolExecutor(SENDERS) as pool:
        for done in [pool.submit(box.send, part, PER_BATCH) for box, part in jobs]:
            done.result()


def _wait(cursor: Any) -> None:
    deadline = time.monotonic() + 300
    while _scalar(cursor, "SELECT count(*) FROM alerts_inboxbatch WHERE processed_at IS NULL"):
        if time.monotonic() > deadline:
            raise RuntimeError("batches still wait after five minutes")
        # beat is not running here: do its sweep, should a message have been lost.
        from alerts.tasks import sweep_inbox

        time.sleep(0.25)
        sweep_inbox()


def _scalar(cursor: Any, sql: str) -> int:
    cursor.execute(sql)
    return int(cursor.fetchone()[0])


def _cpu(supervisor: Supervisor, cursor: Any) -> dict[str, float]:
    """CPU seconds so far of web, worker and their backends, ended ones too (not of this program's own backends)."""
    cursor.execute(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> %s", (OWN_NAME,)
    )
    living = [row[0] for row in cursor.fetchall()]
    postmaster = psutil.Process(psutil.Process(cursor.connection.info.backend_pid).ppid())
    ended = postmaster.cpu_times()
    backends = sum(_seconds(process) for process in map(_process, living) if process)
    return {
        "web": _family_seconds(supervisor.pid("web")),
        "worker": _family_seconds(supervisor.pid(LANES[0].program)),
        "postgresql": backends + ended.children_user + ended.children_system,
    }


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _family_seconds(pid: int) -> float:
    first = psutil.Process(pid)
    return sum(_seconds(process) for process in [first, *first.children(recursive=True)])


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


_WIDE = """
SELECT a.*, s.raw FROM (SELECT *, row_number() OVER () - 1 AS place FROM alerts_alert) a JOIN sample s USING (place)
"""


def _copy(cursor: Any, sample: list[bytes]) -> float:
    """CPU seconds of the one backend that copies the alerts, each with its raw event as jsonb, from a file."""
    path = f"/tmp/otasuke-bench-{os.getpid()}.copy"  # noqa: S108 - the server's user must read what it wrote
    cursor.execute("CREATE UNLOGGED TABLE sample (place bigint, raw jsonb)")
    rows = list(enumerate(line.decode() for line in sample))
    execute_values(cursor, "INSERT INTO sample VALUES %s", rows, page_size=1000)
    cursor.execute(f"CREATE TABLE wide AS {_WIDE} LIMIT 0")
    cursor.execute(f"COPY ({_WIDE}) TO '{path}'")
    backend = psutil.Process(cursor.connection.info.backend_pid)
    before = _seconds(backend)
    cursor.execute(f"COPY wide FROM '{path}'")
    spent = _seconds(backend) - before
    copied = cursor.rowcount
    cursor.execute(f"COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; rm -f {path}'")
    if copied != len(sample):
        raise RuntimeError(f"{len(sample)} rows expected, {copied} copied")
    return spent


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else 120), sys.stdout, indent=2)
    print()
