"""10,000 tiny batches of one box wait: how soon the worker has taken them all, against the same lines in full batches.

    python -m bench.backlog [batches]

No worker runs while the batches are posted over HTTP and stored; then one is started as an installation has it, and is
woken once. Counted are the seconds from the wake to the last batch that is done, with nobody else at work.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from typing import Any

import psycopg2

from bench.ingest import DIRECTORY, OWN_NAME, platform_prepare
from bench.ingest_events import lines
from bench.ingest_sender import BenchBox, boxes_make
from ops.processes import Supervisor, web, worker
from otasuke.queues import LANES

BATCHES = 10_000
PER_BATCH = 1
FULL = 5_000
PATIENCE_S = 300.0


def run(batches: int = BATCHES) -> dict[str, Any]:
    """Seconds to drain, and how many were stored a second before. Raises RuntimeError when lines are missing."""
    variables, port = platform_prepare({})
    with (
        Supervisor(DIRECTORY, variables) as supervisor,
        closing(psycopg2.connect(variables["SUPERUSER_DATABASE_URL"], application_name=OWN_NAME)) as connection,
    ):
        connection.autocommit = True
        cursor = connection.cursor()
        supervisor.start(web(("127.0.0.1", port), workers=2, threads=2))
        warm, full, tiny = boxes_make(3, f"http://127.0.0.1:{port}")
        sample = lines(batches * PER_BATCH, seed=3)
        _drain(supervisor, cursor, warm, sample[:500], 500)
        baseline = _drain(supervisor, cursor, full, sample, FULL)
        figures = _drain(supervisor, cursor, tiny, sample, PER_BATCH)
    return {
        "batches": batches,
        "lines": len(sample),
        "stored_batches_per_s": round(batches / figures["posting_s"]),
        "drain_s": round(figures["drain_s"], 2),
        "full_batches_drain_s": round(baseline["drain_s"], 2),
        "ratio": round(figures["drain_s"] / baseline["drain_s"], 2),
        "ms_per_batch": round(figures["drain_s"] / batches * 1000, 2),
    }


def _drain(supervisor: Supervisor, cursor: Any, box: BenchBox, sample: list[bytes], per_batch: int) -> dict[str, float]:
    """Post all while no worker runs, then start one and wait until nothing waits."""
    from alerts.tasks import sweep_inbox

    stored = _count(cursor, "SELECT count(*) FROM alerts_alert")
    began = time.monotonic()
    box.send(sample, per_batch)
    posted = time.monotonic() - began
    supervisor.start(worker(LANES[0]))
    cursor.execute("ANALYZE")  # as autovacuum does in life, some time later
    began = swept = time.monotonic()
    sweep_inbox()
    while _count(cursor, "SELECT count(*) FROM alerts_inboxbatch WHERE processed_at IS NULL"):
        if time.monotonic() > began + PATIENCE_S:
            raise RuntimeError(f"batches still wait after {PATIENCE_S:g} s")
        if time.monotonic() > swept + 10:  # as beat does
            swept = time.monotonic()
            sweep_inbox()
        time.sleep(0.05)
    drained = time.monotonic() - began
    supervisor.stop(LANES[0].program)
    if (more := _count(cursor, "SELECT count(*) FROM alerts_alert") - stored) != len(sample):
        raise RuntimeError(f"{len(sample)} lines sent, {more} alerts stored")
    return {"posting_s": posted, "drain_s": drained}


def _count(cursor: Any, sql: str) -> int:
    cursor.execute(sql)
    return int(cursor.fetchone()[0])


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else BATCHES), sys.stdout, indent=2)
    print()
