"""★★★ mails while 1,000 events a second arrive: seconds from a batch's arrival to the mail server's 250.

    python -m bench.high_mail [seconds]

All workers, the scheduler, the web server and a mail server run as an installation has them. Twenty boxes post fifty
lines a second each; between them, three times a second, a box of another firm posts the five callbacks that make a
device ★★★, never the same firm twice. Counted is from the moment its batch is posted to the moment the mail server
keeps the mail. The baseline is the same while nothing else arrives.
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg2

from bench.fairness import DIRECTORY, callbacks
from bench.ingest import platform_prepare
from bench.ingest_events import lines
from bench.ingest_sender import BenchBox, boxes_make
from ops.processes import Supervisor, beat, free_port, smtp_sink, web, worker
from ops.smtp_sink import read_mail
from otasuke.queues import LANES

RATE = 1_000  # lines a second
SECONDS = 60
NOISY = 20  # boxes; each posts RATE / NOISY lines once a second
HIGH_EVERY_S = 1 / 3
ALONE = 15  # ★★★ while nothing else arrives
PATIENCE_S = 120.0


def run(seconds: int = SECONDS) -> dict[str, Any]:
    """Figures of the seconds to a mail; goal: p99 < 5. Raises RuntimeError when a mail lacks or the rate was missed."""
    high = round(seconds / HIGH_EVERY_S)
    with _platform(NOISY, ALONE + high) as (noisy, boxes, mail, count):
        _noise(noisy, 3, seed=9)
        _settled(count)
        count("ANALYZE")  # as autovacuum does in life
        alone = _highs(boxes[:ALONE], 2 * HIGH_EVERY_S)
        _wait_mails(mail, alone)
        before = count("SELECT count(*) FROM alerts_alert")
        with ThreadPoolExecutor(1) as pool:
            flood = pool.submit(_noise, noisy, seconds, seed=5)
            crowded = _highs(boxes[ALONE:], HIGH_EVERY_S)
            took = flood.result()
        _wait_mails(mail, crowded)
        waiting_s = _settled(count)
        stored = count("SELECT count(*) FROM alerts_alert") - before
        if stored != RATE * seconds + 5 * high:
            raise RuntimeError(f"{RATE * seconds + 5 * high} lines posted, {stored} stored")
        figures, quiet = _waits(mail, crowded), _waits(mail, alone)
    return {
        "events_per_s": round((RATE * seconds + 5 * high) / took),
        "high": high,
        "median_s": round(median(figures), 2),
        "p99_s": round(quantiles(figures, n=100, method="inclusive")[98], 2),
        "longest_s": round(max(figures), 2),
        "alone_median_s": round(median(quiet), 2),
        "ratio": round(median(figures) / median(quiet), 1),
        "stored_after_s": round(waiting_s, 1),
    }


def _noise(boxes: list[BenchBox], seconds: int, *, seed: int) -> float:
    """Every box posts its lines once a second, spread over the second. → how long it took; the rate is not made up."""
    each = RATE // len(boxes)
    shares = [lines(each * seconds, seed=seed * 1000 + number) for number in range(len(boxes))]
    began = time.monotonic()

    def post(number: int) -> None:
        for second in range(seconds):
            at = began + second + number / len(boxes)
            time.sleep(max(0.0, at - time.monotonic()))
            boxes[number].send(shares[number][second * each : (second + 1) * each], each)

    with ThreadPoolExecutor(len(boxes)) as pool:
        for done in [pool.submit(post, number) for number in range(len(boxes))]:
            done.result()
    return max(time.monotonic() - began, seconds)


def _highs(boxes: list[tuple[str, BenchBox]], every_s: float) -> dict[str, float]:
    """Each box posts its callbacks, one box after the other. → address of its firm → when (seconds since 1970)."""
    began, posted, lock = time.monotonic(), dict[str, float](), threading.Lock()

    def post(number: int) -> None:
        address, box = boxes[number]
        time.sleep(max(0.0, began + number * every_s - time.monotonic()))
        sample = callbacks(f"family {number}", "192.168.1.20")
        with lock:
            posted[address] = time.time()
        box.send(sample, len(sample))

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(post, number) for number in range(len(boxes))]:
            done.result()
    return posted


def _arrivals(mail: Path) -> dict[str, float]:
    """Address → when the mail server kept its first ★★★ mail: a kept mail's file begins with the time."""
    first: dict[str, float] = {}
    for kept in read_mail(mail):
        if "★★★" in kept.subject:
            first.setdefault(kept.recipients[0], int(kept.path.name.split("-")[0]) / 1e9)
    return first


def _wait_mails(mail: Path, posted: dict[str, float]) -> None:
    until = time.monotonic() + PATIENCE_S
    while missing := posted.keys() - _arrivals(mail).keys():
        if time.monotonic() > until:
            raise RuntimeError(f"{len(missing)} of {len(posted)} mails did not come")
        time.sleep(1.0)


def _waits(mail: Path, posted: dict[str, float]) -> list[float]:
    arrived = _arrivals(mail)
    return [arrived[address] - at for address, at in posted.items()]


def _settled(count: Callable[[str], int]) -> float:
    """Wait until no batch waits. → seconds."""
    began = time.monotonic()
    while count("SELECT count(*) FROM alerts_inboxbatch WHERE processed_at IS NULL"):
        if time.monotonic() > began + PATIENCE_S:
            raise RuntimeError("batches still wait")
        time.sleep(0.2)
    return time.monotonic() - began


@contextmanager
def _platform(
    noisy: int, high: int
) -> Iterator[tuple[list[BenchBox], list[tuple[str, BenchBox]], Path, Callable[[str], int]]]:
    """The whole platform; (noisy boxes, (address, box) of the others, folder of mails, a query's figure)."""
    smtp, mail = free_port(), DIRECTORY / "high-mail"
    shutil.rmtree(mail, ignore_errors=True)
    variables, port = platform_prepare({"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(smtp)})
    addresses = [f"firm{number}@firm.invalid" for number in range(noisy + high)]
    with (
        Supervisor(DIRECTORY, variables) as supervisor,
        closing(psycopg2.connect(variables["SUPERUSER_DATABASE_URL"])) as connection,
    ):
        connection.autocommit = True
        supervisor.start(smtp_sink(smtp, mail))
        supervisor.start(web(("127.0.0.1", port), workers=2, threads=2))
        for lane in LANES:
            supervisor.start(worker(lane))
        boxes = boxes_make(len(addresses), f"http://127.0.0.1:{port}", addresses)
        supervisor.start(beat(DIRECTORY))

        def count(query: str) -> int:
            with connection.cursor() as cursor:
                cursor.execute(query)
                rows = cursor.fetchall() if cursor.description else [(0,)]
                return int(rows[0][0])

        yield boxes[:noisy], list(zip(addresses, boxes, strict=True))[noisy:], mail, count


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS), sys.stdout, indent=2)
    print()
