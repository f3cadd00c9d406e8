"""Measure: `python -m bench` runs every bench and writes var/bench/latest.json; with names it runs only those.

Each bench runs in a process of its own. The whole path is measured three times, of which the median run (by ratio) is
shown; the other benches repeat inside. Nothing here is a test: figures depend on the machine and on who else uses it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.report import BENCHES, machine_facts, rows, table_text
from ops import services

LATEST = Path("var/bench/latest.json")
RUNS = {"ingest": 3}
_CHILD = "import importlib, json, sys; print(json.dumps(importlib.import_module('bench.' + sys.argv[1]).run()))"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench", description="Measure the platform and the agent")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default all: {' '.join(BENCHES)}")
    names = parser.parse_args(arguments).names or list(BENCHES)
    if unknown := set(names) - set(BENCHES):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    facts = machine_facts()
    try:
        results = {name: _measured(name) for name in names}
    finally:
        services.stop(LATEST.parent)  # bench.ingest leaves them running for its next run
    table = rows(results)
    if set(names) == set(BENCHES):
        _write({"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": facts, "results": results}, table)
    print("\n" + "\n".join(f"{name}: {fact}" for name, fact in facts.items()) + "\n\n" + table_text(table))
    return 1 if any("error" in figures for figures in results.values()) else 0


def _measured(name: str) -> dict[str, Any]:
    """The bench's figures (of several runs the median one); {"error": …} when it failed."""
    runs: list[dict[str, Any]] = []
    wanted = RUNS.get(name, 1)
    for number in range(1, wanted + 1):
        print(f"{time.strftime('%H:%M:%S')}  {name}" + (f" {number}/{wanted}" if wanted > 1 else ""), flush=True)
        done = subprocess.run([sys.executable, "-c", _CHILD, name], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            return {"error": f"python -m bench {name} failed with status {done.returncode}"}
        runs.append(json.loads(done.stdout.strip().splitlines()[-1]))
    if wanted == 1:
        return runs[0]
    runs.sort(key=lambda figures: figures["ratio"])
    return {**runs[len(runs) // 2], "runs": wanted, "ratios": [figures["ratio"] for figures in runs]}


def _write(record: dict[str, Any], table: list[Any]) -> None:
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    record["table"] = [row.as_dict() for row in table]
    LATEST.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
