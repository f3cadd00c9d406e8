"""One firm floods the intake; another firm's ★★★ mail must not wait: seconds from its batch to its mail.

    python -m bench.fairness [batches]

All workers, beat and a mail server run as an installation has them. The first firm's box sends full batches of lines
that each cost as much as a line may (a message of brackets, deep metadata, no two alike, ★★★ of 250 devices), until
they wait; then, one after the other while the flood is worked on, five other firms' boxes send the five callbacks that
make a device ★★★. Each firm has an address of its own: nobody's mail is taken for another's. Nothing here is a test:
figures depend on the machine.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2

from bench.ingest import platform_prepare
from bench.ingest_sender import BenchBox, boxes_make
from ops.processes import Supervisor, beat, free_port, smtp_sink, web, worker
from ops.smtp_sink import read_mail
from otasuke.queues import LANES

DIRECTORY = Path("var/bench")
PER_BATCH = 5000
BATCHES = 24
FLOODING, ALONE, *QUIET = [f"firm{number}@firm.invalid" for number in range(7)]
PAUSE_S = 4.0  # between two of the quiet firms
PATIENCE_S = 120.0


def run(batches: int = BATCHES) -> dict[str, Any]:
    """Seconds from a ★★★ batch to its mail, alone and while another firm's batches wait (the longest of five).

    Raises RuntimeError when a mail does not come or the flood was over before the last mail.
    """
    with _platform() as (boxes, mail, waiting):
        alone = _seconds_to_mail(boxes[ALONE], mail, ALONE)
        for number in range(batches):
            boxes[FLOODING].send(_costly(PER_BATCH, number), PER_BATCH)
        before, flooded = waiting(), []
        for address in QUIET:
            flooded.append(_seconds_to_mail(boxes[address], mail, address))
            time.sleep(PAUSE_S)
        after = waiting()
        if not after:
            raise RuntimeError("the flood was over too early: more batches are needed")
        return {
            "flood_lines": batches * PER_BATCH,
            "batches_waiting_before": before,
            "batches_waiting_after": after,
            "mail_alone_s": round(alone, 1),
            "mail_while_flooded_s": round(max(flooded), 1),
            "mails_while_flooded_s": [round(seconds, 1) for seconds in flooded],
            "flood_mails": len(read_mail(mail, to=FLOODING)),
        }


def _seconds_to_mail(box: BenchBox, mail: Path, address: str) -> float:
    box.send(callbacks("family", "192.168.1.20"), 5)
    started = time.monotonic()
    while not [message for message in read_mail(mail, to=address) if "★★★" in message.subject]:
        if time.monotonic() - started > PATIENCE_S:
            raise RuntimeError("the mail did not come")
        time.sleep(0.05)
    return time.monotonic() - started


def callbacks(family: str, device: str) -> list[bytes]:
    """Five calls of one device to its command server within the hour: ★★★ by the programme's standard."""
    now = datetime.now(UTC)
    return [_line(now - timedelta(seconds=60 - second), family, device, {}) for second in range(5)]


def _costly(count: int, number: int) -> list[bytes]:
    now = datetime.now(UTC)
    return [
        _line(now, "[" * 1500 + f" {number} {index}", f"192.168.2.{index % 250 + 1}", {f"key{index}": ["x"] * 40})
        for index in range(count)
    ]


def _line(at: datetime, message: str, device: str, metadata: dict[str, list[str]]) -> bytes:
    flow = {"src_ip": device, "src_port": 50123, "dest_ip": "203.0.113.9", "dest_port": 80}
    event = {
        "timestamp": at.isoformat(),
        "event_type": "alert",
        **flow,
        "flow": flow,
        "proto": "TCP",
        "direction": "to_server",
        "alert": {
            "action": "allowed",
            "gid": 1,
            "signature_id": 2000001,
            "rev": 1,
            "signature": message,
            "category": "A Network Trojan was detected",
            "severity": 1,
            "metadata": {"signature_severity": ["Major"], "confidence": ["High"], **metadata},
        },
    }
    return json.dumps(event, separators=(",", ":")).encode()


@contextmanager
def _platform() -> Iterator[tuple[dict[str, BenchBox], Path, Callable[[], int]]]:
    """The whole platform; (boxes by their firm's address, folder of mails, batches that wait)."""
    smtp, mail = free_port(), DIRECTORY / "fairness-mail"
    shutil.rmtree(mail, ignore_errors=True)
    sending = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(smtp)}
    variables, port = platform_prepare(sending)
    with Supervisor(DIRECTORY, variables) as supervisor, ExitStack() as held:
        supervisor.start(smtp_sink(smtp, mail))
        supervisor.start(web(("127.0.0.1", port), workers=2, threads=2))
        for lane in LANES:
            supervisor.start(worker(lane))
        supervisor.start(beat(DIRECTORY))
        addresses = [FLOODING, ALONE, *QUIET]
        boxes = dict(zip(addresses, boxes_make(len(addresses), f"http://127.0.0.1:{port}", addresses), strict=True))
        connection = held.enter_context(closing(psycopg2.connect(variables["SUPERUSER_DATABASE_URL"])))
        connection.autocommit = True

        def waiting() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM alerts_inboxbatch WHERE processed_at IS NULL AND attempts < 8")
                [(count,)] = cursor.fetchall()
                return int(count)

        yield boxes, mail, waiting


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else BATCHES), sys.stdout, indent=2)
    print()
