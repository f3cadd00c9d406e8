"""The agent at 1,000 events a second, as a service: eve.json grows, batches are signed and taken by a small platform.

Counted is the agent's own processor time and its most resident memory (VmHWM) while the file grows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.recording import recording_write
from tests.sensor_agent.platform_server import PlatformServer

RATE = 1_000
SECONDS = 30
_TICK_S = 0.1
_WAIT_S = 60.0


def run(rate: int = RATE, seconds: int = SECONDS) -> dict[str, Any]:
    """Percent of one core, MB, and how long after the last line everything was at the platform."""
    with tempfile.TemporaryDirectory(prefix="otasuke-bench-steady-") as folder, PlatformServer() as platform:
        home = Path(folder)
        recording_write(home / "recording.json", rate * seconds)
        lines = (home / "recording.json").read_bytes().splitlines(keepends=True)[: rate * seconds]
        alerts = sum(b'"event_type":"alert"' in line for line in lines)
        config = home / "sensor.toml"
        config.write_text(
            f'[agent]\nstate_dir = "{home}/state"\nrun_dir = "{home}/run"\n[platform]\nurl = "{platform.url}"\n'
            "[suricata]\nrun = false\n"
        )
        command = [sys.executable, "-m", "sensor_agent", "--config", str(config)]
        subprocess.run([*command, "activate", "--code", "ABCD-EFGH-JKMN"], check=True, capture_output=True)
        eve = home / "state" / "suricata" / "log" / "eve.json"
        eve.parent.mkdir(parents=True)
        eve.touch()
        with (home / "agent.log").open("wb") as log, subprocess.Popen([*command, "run"], stderr=log) as agent:
            try:
                time.sleep(3.0)
                began, used = time.monotonic(), _cpu_s(agent.pid)
                _grow(eve, lines, rate)
                wrote = time.monotonic()
                while sum(batch["count"] for batch in list(platform.batches.values())) < alerts:
                    if time.monotonic() - wrote > _WAIT_S:
                        raise RuntimeError("not everything reached the platform")
                    time.sleep(0.05)
                arrived = time.monotonic()
                used = _cpu_s(agent.pid) - used
                memory = most_rss_mb(agent.pid)
            finally:
                agent.terminate()
    return {
        "events_per_s": round(len(lines) / (wrote - began)),
        "alerts": alerts,
        "cpu_pct_of_a_core": round(100 * used / (arrived - began), 1),
        "most_rss_mb": round(memory, 1),
        "behind_s": round(arrived - wrote, 2),
    }


def _grow(eve: Path, lines: list[bytes], rate: int) -> None:
    portion = int(rate * _TICK_S)
    began = time.monotonic()
    with eve.open("ab", buffering=0) as file:
        for number, at in enumerate(range(0, len(lines), portion)):
            file.write(b"".join(lines[at : at + portion]))
            time.sleep(max(0.0, began + (number + 1) * _TICK_S - time.monotonic()))


def _cpu_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def most_rss_mb(process: int) -> float:
    """The most memory a process has held so far, in MB (VmHWM)."""
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2)
    print()
