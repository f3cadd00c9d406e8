"""What the box costs the line: bytes a second (iperf3) and time of a round trip (ping) through three ways, by turns.

A kernel bridge between the ports, Suricata inline with neither rules nor logs, and our whole box. Both ends and the box
share one machine, so only the ratios of one run mean something. Needs root, like the lab.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from lab.lab import Lab
from lab.network import LAN_PORT, WAN_PORT, WAN_WEB, LabError, ip
from ops import packages

ROUNDS = 3
SECONDS = 3
PINGS = 300
_BARE = """%YAML 1.1
---
outputs: []
rule-files: []
af-packet:
""" + "".join(
    f"""  - interface: {port}
    copy-iface: {peer}
    copy-mode: ips
    cluster-id: {number}
    cluster-type: cluster_flow
    threads: 1
    defrag: no
    use-mmap: yes
    tpacket-v3: no
    ring-size: 4096
"""
    for number, (port, peer) in enumerate(((LAN_PORT, WAN_PORT), (WAN_PORT, LAN_PORT)), 98)
)


def run(rounds: int = ROUNDS, seconds: int = SECONDS) -> dict[str, Any]:
    """Medians of the rounds by way: megabits a second and milliseconds of a round trip."""
    if lacking := packages.missing(["bench"]):
        packages.install(lacking)
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in _WAYS}
    with (
        tempfile.TemporaryDirectory(prefix="otasuke-bench-bridge-") as folder,
        Lab(Path(folder), prefix=f"bb{os.getpid() % 10000}") as lab,
    ):
        for _ in range(rounds):
            for name, way in _WAYS.items():
                with way(lab):
                    _until_passing(lab)
                    seen[name].append((_megabits(lab, seconds), _round_trip_ms(lab)))
    middle = {name: [median(column) for column in zip(*values, strict=True)] for name, values in seen.items()}
    return {
        "rounds": rounds,
        "ways": {name: {"mbit_s": round(rate), "rtt_ms": round(ms, 3)} for name, (rate, ms) in middle.items()},
    }


@contextmanager
def _plain(lab: Lab) -> Iterator[None]:
    box = lab.network.box
    ip("-n", box, "link", "add", "plain", "type", "bridge", "forward_delay", "0")
    for port in (LAN_PORT, WAN_PORT):
        ip("-n", box, "link", "set", port, "master", "plain")
    ip("-n", box, "link", "set", "plain", "up")
    free = "for each in /proc/sys/net/bridge/bridge-nf-call-*; do [ -e $each ] && echo 0 >$each; done"
    subprocess.run([*lab.network.inside(box), "sh", "-c", free], check=False)  # as the box does with its own bridge
    try:
        yield
    finally:
        ip("-n", box, "link", "del", "plain")


@contextmanager
def _bare(lab: Lab) -> Iterator[None]:
    yaml = lab.folder / "bare.yaml"
    yaml.write_text(_BARE)
    command = [*lab.network.inside(lab.network.box), "suricata", "-c", str(yaml), "--af-packet", "-l", str(lab.folder)]
    with (lab.folder / "bare.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as engine:
        try:
            yield
        finally:
            engine.kill()


@contextmanager
def _ours(lab: Lab) -> Iterator[None]:
    lab.sensor_start()
    try:
        yield
    finally:
        lab.sensor_stop()
        for device in ("otwan", "otin0"):
            ip("-n", lab.network.box, "link", "del", device)


_WAYS: dict[str, Callable[[Lab], Any]] = {"bridge": _plain, "suricata": _bare, "box": _ours}


def _until_passing(lab: Lab) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if lab.act(lab.network.lan, kind="http", address=WAN_WEB, path="/", timeout=1)["status"] == 200:
            return
    raise LabError("nothing passes")


def _megabits(lab: Lab, seconds: int) -> float:
    server = [*lab.network.inside(lab.network.wan), "iperf3", "-s", "-1", "-B", WAN_WEB]
    with subprocess.Popen(server, stdout=subprocess.DEVNULL) as ear:
        try:
            time.sleep(0.3)
            client = [*lab.network.inside(lab.network.lan), "iperf3", "-c", WAN_WEB, "-t", str(seconds), "-J"]
            done = subprocess.run(client, capture_output=True, text=True, timeout=seconds + 30, check=False)
        finally:
            ear.kill()
    report = json.loads(done.stdout)
    if "error" in report:
        raise LabError(f"iperf3: {report['error']}")
    return float(report["end"]["sum_received"]["bits_per_second"]) / 1e6


def _round_trip_ms(lab: Lab) -> float:
    command = [*lab.network.inside(lab.network.lan), "ping", "-i", "0.005", "-c", str(PINGS), WAN_WEB]
    output = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return median(float(ms) for ms in re.findall(r"time=([\d.]+) ms", output))


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2)
    print()
