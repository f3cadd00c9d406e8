"""What 24 batches at once make of one web process: bombs of millions of two-letter lines, then the largest honest ones.

    python -m bench.web_memory

One process with four threads, as an installation has two of, so that it gets all of them. Shown is its most resident
memory (VmHWM) after a few small batches, after the bombs and after the largest batches that are taken.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import zstandard

from alerts.batches import MOST_LINES, MOST_PLAIN_BYTES
from bench.ingest import DIRECTORY, platform_prepare
from bench.ingest_sender import BenchBox, boxes_make
from bench.steady import most_rss_mb
from ops.processes import Supervisor, web

AT_ONCE = 24
ROUNDS = 3


def run() -> dict[str, Any]:
    """MB of the web process. Raises RuntimeError when a bomb is taken or an honest batch refused."""
    variables, port = platform_prepare({})
    with Supervisor(DIRECTORY, variables) as supervisor:
        supervisor.start(web(("127.0.0.1", port), workers=1, threads=4))
        boxes = boxes_make(AT_ONCE, f"http://127.0.0.1:{port}")
        [process] = psutil.Process(supervisor.pid("web")).children()
        _all_at_once(boxes, zstandard.compress(b"{}\n" * 100), 100, 202)
        warm = most_rss_mb(process.pid)
        bomb = zstandard.compress(b"{}\n" * (MOST_PLAIN_BYTES // 3))
        for _ in range(ROUNDS):
            _all_at_once(boxes, bomb, MOST_LINES, 413)
        bombs = most_rss_mb(process.pid)
        line = b"%s" % os.urandom(180).hex().encode() + b" " * (MOST_PLAIN_BYTES // MOST_LINES - 362)
        largest = zstandard.compress((line + b"\n") * MOST_LINES)
        _all_at_once(boxes, largest, MOST_LINES, 202)
        honest = most_rss_mb(process.pid)
        if not process.is_running():
            raise RuntimeError("the web process was ended")
    return {
        "at_once": AT_ONCE,
        "bomb_lines": MOST_PLAIN_BYTES // 3,
        "warm_mb": round(warm),
        "after_bombs_mb": round(bombs),
        "after_largest_mb": round(honest),
    }


def _all_at_once(boxes: list[BenchBox], body: bytes, count: int, expected: int) -> None:
    with ThreadPoolExecutor(len(boxes)) as pool:
        answers = list(pool.map(lambda box: box.post(body, count), boxes))
    if set(answers) != {expected}:
        raise RuntimeError(f"{expected} expected, {answers}")


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2)
    print()
