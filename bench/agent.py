"""The agent's cost: a file of 100,000 alerts and 25,000 ordinary lines through read, strip, compress and fsynced spool.

A child process does it with the program's own command line (`replay --no-ship --as-is`, which adds nothing to the live
path). Its most resident memory is the kernel's own mark (VmHWM), read by the child at its end: that of wait4 would
begin with this program's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.recording import recording_write

ALERTS = 100_000
RUNS = 3
_CHILD = """
import sys
from sensor_agent.cli import main
code = main(sys.argv[1:])
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0])
sys.exit(code)
"""


def run(alerts: int = ALERTS, runs: int = RUNS) -> dict[str, Any]:
    """Medians; events are alerts that reached the spool, µs are processor time per line read."""
    with tempfile.TemporaryDirectory(prefix="otasuke-bench-agent-") as folder:
        recording = Path(folder) / "eve.json"
        recording_write(recording, alerts)
        made = [_once(recording, Path(folder) / f"state{number}", alerts) for number in range(runs)]
        size = recording.stat().st_size
        plain = json_loads_per_s(recording)
    return {
        "runs": runs,
        "lines": made[0]["lines"],
        "events": alerts,
        "line_bytes": round(size / made[0]["lines"]),
        "events_per_s": round(median(alerts / each["seconds"] for each in made)),
        "lines_per_s": round(median(each["lines"] / each["seconds"] for each in made)),
        "cpu_us_per_line": round(median(each["cpu_seconds"] / each["lines"] for each in made) * 1e6, 1),
        "cpu_share": round(median(each["cpu_seconds"] / each["seconds"] for each in made), 2),
        "json_loads_per_s": plain,
        "most_rss_mb": round(median(each["most_rss_mb"] for each in made), 1),
        "spool_bytes_per_event": round(median(each["spool_bytes"] / alerts for each in made), 1),
    }


def json_loads_per_s(recording: Path) -> int:
    """Lines a second that `json.loads` alone manages on the same file: what any program in Python pays first."""
    began, count = time.process_time(), 0
    with recording.open("rb") as file:
        for line in file:
            json.loads(line)
            count += 1
    return round(count / (time.process_time() - began))


def _once(recording: Path, state: Path, alerts: int) -> dict[str, Any]:
    state.mkdir()
    config = state / "sensor.toml"
    config.write_text(f"[agent]\nstate_dir = {json.dumps(str(state))}\n[suricata]\nrun = false\n")
    command = [sys.executable, "-c", _CHILD, "--config", str(config)]
    command += ["replay", str(recording), "--no-ship", "--as-is", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result, high_water = done.stdout.strip().splitlines()[-2:]
    made: dict[str, Any] = json.loads(result)
    if made["events"].get("alert") != alerts:
        raise RuntimeError(f"{alerts} alerts recorded, spooled: {made['events']}")
    made["most_rss_mb"] = int(high_water) / 1024
    made["spool_bytes"] = sum(path.stat().st_size for path in (state / "spool" / "queue").iterdir())
    return made


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2)
    print()
