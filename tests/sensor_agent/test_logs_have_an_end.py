"""A box that runs for months: each file that grows has an end, and nothing goes that was not stored for sending."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from lab import check, scenario
from lab.lab import Lab
from sensor_agent.generations import generations
from sensor_agent.rotation import Rotation, outputs_trim, taken_over_remove
from sensor_agent.tail import Tail
from tests.sensor_agent.platform_server import PlatformServer
from tests.sensor_agent.test_no_line_is_lost_silently import appended, looks


def test_a_log_that_is_large_is_renamed_and_its_writer_told_while_every_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    signals: list[bool] = []
    rotation = Rotation(path, lambda: signals.append(True), rotate_bytes=3_000, most_bytes=1_000_000)
    tail, seen, last = Tail(path), list[int](), 0
    for turn in range(20):
        appended(path, last + 1, 20)
        last += 20
        rotation.keep()
        if turn % 3 == 0:
            seen += looks(tail, 3)
            taken_over_remove(path, tail.taken_over())
    seen += looks(tail)
    taken_over_remove(path, tail.taken_over())
    assert seen == list(range(1, last + 1))
    assert (tail.gaps, tail.lost_bytes) == (0, 0)
    assert len(signals) >= 10
    assert len(generations(path)) <= 2


def test_above_the_bound_the_oldest_go_and_the_reader_counts_what_it_never_saw(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    rotation = Rotation(path, lambda: None, rotate_bytes=1_000, most_bytes=10_000)
    tail = Tail(path)
    appended(path, 1, 5)
    assert looks(tail, 1) == [1, 2, 3, 4, 5]
    for turn in range(1, 20):
        appended(path, turn * 100, 20)
        rotation.keep()
    rotation.keep()
    assert sum(each.size for each in generations(path)) <= 10_000
    read = looks(tail)
    assert read[-1] == 1919
    assert tail.gaps == 1


def test_a_file_somebody_else_renamed_is_not_ours_to_remove(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    appended(path.with_name("eve.json.1"), 1, 100)
    appended(path, 101, 1)
    Rotation(path, lambda: None, rotate_bytes=10_000, most_bytes=10).keep()
    tail = Tail(path)
    assert looks(tail)[-1] == 101
    taken_over_remove(path, tail.taken_over())
    assert path.with_name("eve.json.1").exists()


def test_a_writer_that_did_not_hear_is_told_again(tmp_path: Path) -> None:
    signals: list[bool] = []
    path = tmp_path / "eve.json"
    appended(path, 1, 50)
    rotation = Rotation(path, lambda: signals.append(True), rotate_bytes=1_000, most_bytes=1_000_000)
    for _ in range(3):
        rotation.keep()
    assert len(signals) == 3
    assert len(generations(path)) == 1


def test_what_programs_print_is_kept_up_to_a_bound(tmp_path: Path) -> None:
    with (tmp_path / "suricata.out").open("ab", buffering=0) as program:
        for _ in range(10):
            program.write(b"x" * 1_000)
            outputs_trim(tmp_path, 2_500)
        program.write(b"last\n")
    assert (tmp_path / "suricata.out").read_bytes().endswith(b"last\n")
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 6_000


@pytest.fixture
def box(tmp_path: Path) -> Iterator[tuple[Lab, PlatformServer]]:
    with PlatformServer() as server, Lab(tmp_path, prefix=f"oto{os.getpid()}", platform_url=server.url) as lab:
        text = lab.config_path.read_text().replace("[suricata]\n", "[suricata]\nrotate_bytes = 4000\n")
        lab.config_path.write_text(text)
        done = lab.agent("activate", "--code", "ABCD-EFGH-JKMN")
        assert done.returncode == 0, done.stderr
        lab.sensor_start()
        yield lab, server


def _until(happened: Callable[[], object], seconds: float = 40.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not happened():
        time.sleep(0.1)
    return bool(happened())


def _is_another(path: Path, inode: int) -> bool:
    return path.exists() and path.stat().st_ino != inode


@pytest.mark.netns
@pytest.mark.skipif(bool(check.problem()), reason=f"lab: {check.problem()}")
def test_a_real_engine_begins_a_new_log_and_each_attack_is_told_once(box: tuple[Lab, PlatformServer]) -> None:
    lab, server = box

    def attacks() -> int:
        return sum("SQL UNION" in event.get("alert", {}).get("signature", "") for event in server.events())

    made = 0
    inode = lab.eve_path.stat().st_ino
    for _ in range(3):
        for _ in range(3):
            assert scenario.attack_from_wan(lab)["blocked"]
            made += 1
        assert _until(partial(_is_another, lab.eve_path, inode))
        inode = lab.eve_path.stat().st_ino
    assert _until(lambda: attacks() == made), (attacks(), made)
    assert _until(lambda: len(generations(lab.eve_path)) <= 2), "what was stored for sending made room"
    lab.sensor_stop()
    assert attacks() == made
    beat = server.heartbeats[-1]
    assert (beat["eve"]["gaps"], beat["eve"]["lost_bytes"]) == (0, 0)
