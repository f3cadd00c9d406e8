"""`make smoke`: the demo on free ports, every line checked; exit 1 when one fails.

Writes var/smoke/summary.json: {"ok", "packets" (real or replayed), "seconds", "lines": [...]}.
"""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from lab.scene import errors_in_one_line, sensor_in_place, table_head, table_line
from lab.story import Line, Story
from ops.accounts import CHECKOUT
from ops.stack import Stack

DIRECTORY = CHECKOUT / "var" / "smoke"


def main() -> int:
    """Run once and report."""
    began = time.monotonic()

    def print_line(line: Line) -> None:
        print(table_line(line), flush=True)

    with Stack(DIRECTORY, fresh=True) as stack, sensor_in_place(stack, f"sm{os.getpid() % 10000}") as lab:
        print(table_head(), flush=True)
        lines = Story(stack, lab, print_line).play()
        packets = "real" if lab else "replayed"
    summary = {
        "ok": all(line.ok for line in lines),
        "packets": packets,
        "seconds": round(time.monotonic() - began, 1),
        "lines": [asdict(line) for line in lines],
    }
    _write(DIRECTORY / "summary.json", summary)
    failed = [line.number for line in lines if not line.ok]
    print(f"smoke: {len(lines) - len(failed)} passed, {len(failed)} failed in {summary['seconds']} s", flush=True)
    return 1 if failed else 0


def _write(path: Path, summary: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(errors_in_one_line("smoke", main))
