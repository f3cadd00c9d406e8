"""On real packets with a disk that is full and a clock that is years off: the wall holds, nothing is told twice."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lab import check, scenario
from lab.lab import Lab
from sensor_agent.guard import State, report_read
from tests.sensor_agent.platform_server import PlatformServer

pytestmark = [pytest.mark.netns, pytest.mark.skipif(bool(check.problem()), reason=f"lab: {check.problem()}")]
YEARS = timedelta(days=800)  # a box whose clock battery is empty begins in the past


class Box:
    """A lab whose box keeps everything on a small disk of its own and is two years behind the platform."""

    def __init__(self, lab: Lab, server: PlatformServer) -> None:
        self.lab, self.server = lab, server

    def attacks(self) -> int:
        """Alerts about attacks from outside that are at the platform."""
        return sum("SQL UNION" in event.get("alert", {}).get("signature", "") for event in self.server.events())

    def attacked(self) -> bool:
        return bool(scenario.attack_from_wan(self.lab)["blocked"])

    def fill(self) -> Path:
        """Not a byte is left on the box's disk."""
        ballast = self.lab.state_dir / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return ballast


def _until(happened: Callable[[], object], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if happened():
            return True
        time.sleep(0.1)
    return bool(happened())


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("trouble")
    disk = folder / "sensor"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=True)
    try:
        with PlatformServer() as server:
            server.ahead = YEARS
            with Lab(folder, prefix=f"otd{os.getpid()}", platform_url=server.url, heartbeat_s=1.0) as lab:
                assert lab.agent("activate", "--code", "ABCD-EFGH-JKMN").returncode == 0
                lab.sensor_start()
                yield Box(lab, server)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_box_two_years_behind_is_believed_with_the_platforms_time(box: Box) -> None:
    assert box.attacked()
    assert _until(lambda: box.attacks() == 1)
    offsets = {batch["offset_ms"] for batch in box.server.batches.values()}
    assert all(abs(timedelta(milliseconds=offset) - YEARS) < timedelta(minutes=1) for offset in offsets)
    version = box.server.give_order(suppressions=[])
    box_states = box.server.box_states
    assert _until(
        lambda: [(box_state["seen"], box_state["state"]) for box_state in box_states[-1:]] == [(version, "applied")]
    ), "orders hold"


def test_a_clock_put_right_under_way_costs_one_refused_letter_and_no_event(box: Box) -> None:
    before = box.attacks()
    box.server.ahead = timedelta()
    assert box.attacked()
    assert _until(lambda: box.attacks() == before + 1)
    assert set(box.server.problems) == {"stale_clock"}
    assert abs(list(box.server.batches.values())[-1]["offset_ms"]) < 60_000
    assert _twice(box.server) == []


def test_with_a_full_disk_the_wall_holds_and_afterwards_everything_is_told_again(box: Box) -> None:
    before = box.attacks()
    ballast = box.fill()
    assert _until(lambda: box.server.heartbeats[-1]["health"]["disk_free_mb"] == 0), "the platform is told"
    for _ in range(3):
        assert box.attacked(), "blocking needs no disk"
        assert not scenario.browse(box.lab)["blocked"], "the firm goes on working"
    died = _engine_killed(box)
    assert _until(box.attacked), "an engine that dies comes back without a byte to spare"
    ballast.unlink()
    assert box.attacked()
    assert _until(lambda: box.attacks() > before and box.server.heartbeats[-1]["health"]["disk_free_mb"] > 0)
    assert box.lab.sensor_pid is not None
    assert box.lab.agent("status").returncode == 0
    assert _until(lambda: box.server.heartbeats[-1]["protection"] == "on")
    guard = report_read(box.lab.state_dir)
    assert guard is not None
    assert (guard.state, guard.deaths) == (State.INSPECTING, died + 1)
    assert _twice(box.server) == []


def _engine_killed(box: Box) -> int:
    """→ deaths before."""
    guard = report_read(box.lab.state_dir)
    assert guard is not None
    assert guard.state == State.INSPECTING
    os.kill(guard.engine_pid, signal.SIGKILL)
    assert _until(lambda: box.server.heartbeats[-1]["protection"] == "off"), "an old report on the disk deceives nobody"
    return guard.deaths


def _twice(server: PlatformServer) -> list[Any]:
    identities = server.identities()
    return [identity for identity in identities if identities.count(identity) > 1]
