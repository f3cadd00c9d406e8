"""Logs that are copied, emptied, renamed, packed or full of holes: what can be read is read, the rest is counted."""

import bz2
import gzip
import json
import lzma
import os
import shutil
import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sensor_agent.aggregate import Aggregate
from sensor_agent.collector import MOST_UNREADABLE_EVENTS, Collector
from sensor_agent.config import config_from_mapping
from sensor_agent.doctor import examine
from sensor_agent.generations import rotation_number
from sensor_agent.rotation import Rotation
from sensor_agent.spool import Spool
from sensor_agent.tail import Position, Tail
from tests.alerts.eve_lines import alert
from tests.sensor_agent.test_reading_position import filled, numbers

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def appended(path: Path, first: int, count: int) -> None:
    new = path.with_name("new")
    filled(new, first, count)
    with path.open("ab") as file:
        file.write(new.read_bytes())
    new.unlink()


def emptied(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(0)


def looks(tail: Tail, times: int = 6) -> list[int]:
    return [number for _ in range(times) for number in numbers(tail)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    filled(tmp_path / "eve.json", 1, 10)
    return tmp_path / "eve.json"


@pytest.mark.parametrize("restarted", [False, True])
def test_lines_written_just_before_a_copy_was_made_and_the_log_emptied_are_read_from_the_copy(
    path: Path, restarted: bool
) -> None:
    tail = Tail(path)
    assert len(looks(tail)) == 10
    position = tail.position()
    appended(path, 11, 5)
    shutil.copy(path, path.with_name("eve.json.1"))
    emptied(path)
    appended(path, 16, 40)  # already longer than before
    tail = Tail(path, position) if restarted else tail
    assert looks(tail) == list(range(11, 56))
    assert (tail.gaps, tail.lost_bytes) == (0, 0)
    assert looks(Tail(path, tail.position())) == []


@pytest.mark.parametrize("restarted", [False, True])
def test_a_log_emptied_without_a_copy_is_counted_as_a_gap(path: Path, restarted: bool) -> None:
    tail = Tail(path)
    looks(tail)
    position = tail.position()
    emptied(path)
    appended(path, 20, 3)
    tail = Tail(path, position) if restarted else tail
    assert looks(tail) == [20, 21, 22]
    assert tail.gaps == 1


@pytest.mark.parametrize("restarted", [False, True])
def test_a_writer_that_goes_on_in_the_renamed_file_is_read_there(path: Path, restarted: bool) -> None:
    tail = Tail(path)
    renamed = path.with_name("eve.json.1")
    path.rename(renamed)
    path.touch()
    assert looks(tail) == list(range(1, 11))
    appended(renamed, 11, 5)
    appended(path, 16, 2)
    tail = Tail(path, tail.position()) if restarted else tail
    assert looks(tail) == list(range(11, 18))
    appended(renamed, 18, 2)
    assert looks(tail) == [18, 19]
    assert tail.gaps == 0


@pytest.mark.parametrize("ending", PACKERS)
def test_a_file_packed_while_the_agent_was_down_is_read_on_where_it_was(path: Path, ending: str) -> None:
    tail = Tail(path)
    assert numbers(tail, 4) == [1, 2, 3, 4]
    position = tail.position()
    tail.close()
    path.with_name(f"eve.json.1{ending}").write_bytes(PACKERS[ending](path.read_bytes()))
    path.unlink()
    filled(path, 11, 5)
    again = Tail(path, position)
    assert looks(again) == list(range(5, 16))
    assert again.gaps == 0
    assert looks(Tail(path, again.position())) == []


def test_several_files_packed_while_the_agent_was_down_are_all_read(path: Path) -> None:
    tail = Tail(path)
    assert numbers(tail, 4) == [1, 2, 3, 4]
    position = tail.position()
    for number, first in ((1, 11), (2, 21)):
        packed = path.with_name(f"eve.json-2026112{number}.gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        os.utime(packed, ns=(number, number))
        filled(path, first, 10)
    assert looks(Tail(path, position)) == list(range(5, 31))


def test_a_packed_file_that_ends_too_early_is_read_as_far_as_it_goes_and_counted(path: Path) -> None:
    position = Tail(path).position()
    filled(path, 1, 2000)
    whole = gzip.compress(path.read_bytes())
    path.with_name("eve.json.1.gz").write_bytes(whole[: len(whole) // 2])
    filled(path, 3000, 1)
    tail = Tail(path, position)
    read = looks(tail)
    assert read[-1] == 3000
    assert tail.gaps == 1
    assert looks(tail) == []
    assert tail.gaps == 1, "once"


@pytest.mark.parametrize("way", ["deleted", "moved away"])
def test_a_file_that_goes_away_while_it_is_being_read_is_read_to_its_end(path: Path, way: str) -> None:
    tail = Tail(path)
    assert numbers(tail, 3) == [1, 2, 3]
    if way == "deleted":
        path.unlink()
    else:
        path.rename(path.with_name("elsewhere"))
    filled(path, 11, 2)
    assert looks(tail) == list(range(4, 13))
    assert tail.gaps == 0


def test_a_file_deleted_while_the_agent_was_down_is_counted(path: Path) -> None:
    tail = Tail(path)
    assert numbers(tail, 3) == [1, 2, 3]
    position = tail.position()
    tail.close()
    path.unlink()
    filled(path, 11, 2)
    tail = Tail(path, position)
    assert looks(tail) == [11, 12]
    assert tail.gaps == 1


HOLE = bytes(4096)
A, B = (b'{"timestamp":"2026-11-20T01:00:00.00000%d+0000","n":%d}' % (n, n) for n in (1, 2))


@pytest.mark.parametrize(
    ("content", "lost"),
    [
        (A + b"\n" + HOLE + B + b"\n", 4096),
        (A + HOLE + B + b"\n", 4096),
        (HOLE + A + b"\n" + B + b"\n", 0),
        (A + b"\n" + B + b"\n" + HOLE, 4096),
        (bytes(3_000_000) + A + b"\n" + bytes(5_000_000) + B + b"\n", 5_000_000),
        (b"\n\n" + A + b"\r\n\n" + bytes(1) + b"\n" + B + b"\n", 1),
    ],
)
def test_holes_of_a_power_cut_hide_no_line_and_are_counted(tmp_path: Path, content: bytes, lost: int) -> None:
    (tmp_path / "eve.json").write_bytes(content)
    tail = Tail(tmp_path / "eve.json")
    assert [line.raw and line.raw.strip() for line in tail.lines(2)] == [A, B]
    assert list(tail.lines()) == []
    assert tail.lost_bytes == lost
    assert list(Tail(tmp_path / "eve.json", tail.position()).lines()) == []


def _collector(folder: Path, spool: Spool) -> Collector:
    position = spool.state.sources.get("eve")
    tail = Tail(folder / "eve.json", Position.from_record(position) if position else None)
    return Collector(spool, "eve", tail, Aggregate([]), max_age_s=0)


def test_alerts_around_the_hole_of_a_power_cut_are_both_sent_and_what_is_missing_is_counted_for_good(
    tmp_path: Path,
) -> None:
    line = json.dumps(alert()).encode()
    (tmp_path / "eve.json").write_bytes(line + HOLE + line + b"\n" + line[:120] + line + b"\n")
    for _ in range(2):  # the program starts twice: nothing is sent or counted again
        with closing(Spool(tmp_path / "spool", 10_000_000)) as spool:
            collector = _collector(tmp_path, spool)
            while collector.step():
                pass
            collector.flush()
            assert dict(spool.state.log) == {"lost_bytes": len(HOLE), "unreadable": 1}
            assert spool.state.next_seq == 1 + 3 + 1, "three alerts, and the torn one as what it is"


def test_a_log_full_of_garbage_is_counted_without_filling_the_spool(tmp_path: Path) -> None:
    line = json.dumps(alert()).encode()
    garbage = ("{" * 5_000).encode("utf-16") + b"\n" + b"\n".join([b"x"] * 5_000) + b"\n"
    (tmp_path / "eve.json").write_bytes(line + b"\n" + garbage + line + b"\n")
    with closing(Spool(tmp_path / "spool", 10_000_000)) as spool:
        collector = _collector(tmp_path, spool)
        while collector.step():
            pass
        collector.flush()
        assert collector.kinds["alert"] == 2
        assert spool.state.log["unreadable"] >= 10_000
        assert spool.state.next_seq - 1 == 2 + MOST_UNREADABLE_EVENTS


def test_doctor_says_what_could_not_be_read_or_looked_into(tmp_path: Path) -> None:
    config = config_from_mapping({"agent": {"state_dir": str(tmp_path)}}, tmp_path)
    status = {
        "eve": {"gaps": 2, "lost_bytes": 4096, "unreadable": 7},
        "files": {"judged": 9, "found": 1, "unexamined": 3},
    }
    (tmp_path / "status.json").write_text(json.dumps({**status, "written_at": time.time(), "last_problem": ""}))
    log, scanned = list(examine(config))[-2:]
    assert not log.ok
    assert all(number in log.what for number in ("2", "4096", "7"))
    assert all(number in scanned.what for number in ("10", "3"))
    (tmp_path / "status.json").write_text("[]")
    assert list(examine(config))[-2].ok


def test_a_writer_that_goes_on_at_its_old_place_after_the_log_was_emptied_leaves_a_hole_that_is_no_loss(
    path: Path,
) -> None:
    with path.open("r+b") as writer:
        writer.seek(0, os.SEEK_END)
        tail = Tail(path)
        looks(tail)
        shutil.copy(path, path.with_name("eve.json.1"))
        os.truncate(path, 0)
        writer.write(b'{"timestamp":"t","n":11,"fill":""}\n')
    assert looks(tail) == [11]
    assert (tail.gaps, tail.lost_bytes) == (0, 0)


def test_a_position_written_by_an_older_program_is_understood(path: Path) -> None:
    older = path.with_name("eve.json.1")
    path.rename(older)
    filled(path, 11, 10)
    offset = path.read_bytes().index(b'{"timestamp":"t00000015"')
    record = {"inode": path.stat().st_ino, "offset": offset, "head": path.read_bytes()[:128].hex()}
    tail = Tail(path, Position.from_record(record))
    assert looks(tail) == list(range(15, 21))
    assert looks(Tail(path, Position.from_record(tail.position().to_record()))) == []


def test_files_we_renamed_are_read_in_order_though_the_clock_was_put_back(path: Path) -> None:
    for number in (1, 2):
        renamed = path.with_name(f"eve.json.{number:08d}")
        assert not path.rename(renamed).samefile(path.parent)
        os.utime(renamed, ns=(10 - number, 10 - number))
        filled(path, number * 10 + 1, 10)
    assert rotation_number(path.with_name("eve.json.00000002")) == 2
    assert looks(Tail(path)) == list(range(1, 31))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.integers(1, 4)),
            st.tuples(st.just("copy and empty"), st.just(0)),
            st.tuples(st.just("rename"), st.just(0)),
            st.tuples(st.just("pack"), st.sampled_from(list(PACKERS))),
            st.tuples(st.just("write into the renamed"), st.integers(1, 3)),
            st.tuples(st.just("read"), st.integers(1, 5)),
            st.tuples(st.just("restart"), st.just(0)),
        ),
        max_size=30,
    )
)
def test_each_line_once_whatever_is_done_to_the_files(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int | str]]
) -> None:
    path = tmp_path_factory.mktemp("eve") / "eve.json"
    path.touch()
    tail, seen, last, rotation = Tail(path), list[int](), 0, 0
    newest: Path | None = None  # the renamed file, while nobody has packed it
    for name, value in steps:
        if name == "write":
            appended(path, last + 1, int(value))
            last += int(value)
        elif name == "write into the renamed" and newest is not None:
            appended(newest, last + 1, int(value))
            last += int(value)
        elif name in ("copy and empty", "rename") and path.stat().st_size:
            rotation += 1
            newest = path.with_name(f"eve.json.{rotation}")
            if name == "rename":
                path.rename(newest)
                path.touch()
            else:
                shutil.copy(path, newest)
                emptied(path)
            os.utime(newest, ns=(rotation, rotation))
        elif name == "pack" and newest is not None:
            packed = newest.with_name(newest.name + str(value))
            packed.write_bytes(PACKERS[str(value)](newest.read_bytes()))
            os.utime(packed, ns=(rotation, rotation))
            newest.unlink()
            newest = None
        elif name == "read":
            seen += numbers(tail, int(value))
        elif name == "restart":
            position = tail.position()
            tail.close()
            tail = Tail(path, Position.from_record(position.to_record()))
    seen += looks(tail, 2 * rotation + 4)
    assert sorted(seen) == list(range(1, last + 1))
    assert (tail.gaps, tail.lost_bytes) == (0, 0)
    tail.close()


@pytest.mark.parametrize("name", ["eve.json", "eve.json.old"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "socket"])
def test_a_folder_a_pipe_or_a_link_in_the_place_of_a_log_stops_nothing(path: Path, name: str, kind: str) -> None:
    """A pipe would let the reader wait for ever, a folder refuse it at every look."""
    odd = path.with_name(name)
    if odd == path:
        path.rename(path.with_name("eve.json.1"))
    if kind == "folder":
        odd.mkdir()
    elif kind == "pipe":
        os.mkfifo(odd)
    elif kind == "loop":
        odd.symlink_to(odd.name)
    else:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(str(odd))
    assert looks(Tail(path)) == list(range(1, 11))


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_second_name_of_the_log_does_not_tell_it_twice(path: Path, link: Callable[[Path, Path], None]) -> None:
    link(path, path.with_name("eve.json-current"))
    assert looks(Tail(path)) == list(range(1, 11))
    appended(path, 11, 3)
    assert looks(Tail(path)) == list(range(1, 14))


def _with_hole(path: Path, first: int, hole: int) -> None:
    filled(path, first, 4)
    path.write_bytes(bytes(hole) + path.read_bytes())


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("hole", [1, 127, 128, 200, 5_000, 300_000])
def test_files_that_begin_with_the_same_hole_are_told_apart(tmp_path: Path, hole: int, restarted: bool) -> None:
    """A power cut soon after a log was begun leaves nothing but NUL bytes where each file is known by."""
    path = tmp_path / "eve.json"
    tail, seen = Tail(path), list[int]()
    for first in (1, 5, 9):
        _with_hole(path, first, hole)
        seen += looks(tail, 1)
        if restarted:
            tail = Tail(path, Position.from_record(tail.position().to_record()))
        path.rename(path.with_name(f"eve.json.{first:08d}"))
    _with_hole(path, 13, hole)
    assert seen + looks(tail) == list(range(1, 17))
    assert looks(Tail(path, tail.position())) == []


def test_a_renamed_log_that_somebody_packed_keeps_its_number(path: Path) -> None:
    """The next one took the same number, and packed in its turn it overwrote the first, unread."""
    rotation = Rotation(path, path.touch, rotate_bytes=10, most_bytes=10**9)
    rotation.keep()
    renamed = path.with_name("eve.json.00000001")
    renamed.with_name("eve.json.00000001.gz").write_bytes(gzip.compress(renamed.read_bytes()))
    renamed.unlink()
    filled(path, 11, 4)
    rotation.keep()
    assert path.with_name("eve.json.00000002").exists()
    assert looks(Tail(path)) == list(range(1, 15))
