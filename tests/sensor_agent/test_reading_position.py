"""Every complete line of eve.json is read exactly once, whatever happens to the file or to the reader."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensor_agent.tail import LONG_START_BYTES, MAX_LINE_BYTES, Position, Tail

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 4)),
        st.tuples(st.just("torn"), st.integers(1, 40)),
        st.tuples(st.just("rotate"), st.just(0)),
        st.tuples(st.just("read"), st.integers(1, 5)),
        st.tuples(st.just("restart"), st.booleans()),
    ),
    max_size=40,
)


class Writer:
    """Writes numbered lines as Suricata does: a line may be half written, and is finished by the next write."""

    def __init__(self, path: Path) -> None:
        self.path, self.number, self.rotations, self.rest = path, 0, 0, b""

    def line(self) -> bytes:
        self.number += 1
        return b'{"timestamp":"t%08d","event_type":"alert","n":%d,"fill":"%s"}\n' % (
            self.number,
            self.number,
            b"x" * (self.number % 7 * 20),
        )

    def append(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)

    def write(self, count: int) -> None:
        data, self.rest = self.rest, b""
        self.append(data + b"".join(self.line() for _ in range(count)))

    def torn(self, length: int) -> None:
        if not self.rest:
            line = self.line()
            cut = min(length, len(line) - 1)
            self.append(line[:cut])
            self.rest = line[cut:]

    def rotate(self) -> None:
        if not self.path.exists():
            return
        self.append(self.rest)
        self.rest = b""
        self.rotations += 1
        self.path.rename(self.path.with_name(f"{self.path.name}.{self.rotations}"))
        os.utime(self.path.with_name(f"{self.path.name}.{self.rotations}"), ns=(self.rotations, self.rotations))
        self.path.touch()


def numbers(tail: Tail, limit: int = 10_000) -> list[int]:
    return [int(line.raw.split(b'"n":')[1].split(b",")[0]) for line in tail.lines(limit) if line.raw]


@settings(max_examples=300, deadline=None)
@given(steps=STEPS)
def test_each_line_once_through_torn_lines_rotations_and_restarts(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    writer = Writer(tmp_path_factory.mktemp("eve") / "eve.json")
    writer.path.touch()
    tail, stored, seen, durable = Tail(writer.path), Position(), [], 0
    for name, value in steps:
        if name == "read":
            seen += numbers(tail, value)
        elif name == "restart":
            if value:  # the position was stored before the stop; else the lines since then are given again
                stored, durable = tail.position(), len(seen)
            tail.close()
            seen, tail = seen[:durable], Tail(writer.path, stored)
        elif name == "write":
            writer.write(value)
        elif name == "torn":
            writer.torn(value)
        else:
            writer.rotate()
    writer.write(1)
    for _ in range(2 * writer.rotations + 3):
        seen += numbers(tail)
    assert seen == list(range(1, writer.number + 1))
    tail.close()


def filled(path: Path, first: int, count: int) -> None:
    path.write_bytes(
        b"".join(b'{"timestamp":"t%08d","n":%d,"fill":"%s"}\n' % (n, n, b"y" * 90) for n in range(first, first + count))
    )


def test_a_file_copied_away_and_emptied_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    filled(path, 1, 10)
    tail = Tail(path)
    assert numbers(tail) == list(range(1, 11))
    position = tail.position()
    with path.open("r+b") as file:
        file.truncate(0)
    filled(path, 11, 15)  # same inode, already longer than before
    assert numbers(tail) == list(range(11, 26))
    assert numbers(Tail(path, position)) == list(range(11, 26))


def test_after_a_power_loss_took_the_end_only_new_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    filled(path, 1, 10)
    tail = Tail(path)
    assert len(numbers(tail)) == 10
    position = tail.position()
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 50)
    again = Tail(path, position)
    assert numbers(again) == []
    with path.open("ab") as file:
        file.write(b'{"n":11,"x":0}\n')
    assert numbers(again) == [11]


def test_a_torn_last_line_of_a_finished_file_is_given_out_once(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    path.write_bytes(b'{"n":1,"x":0}\n{"n":2,"to')
    tail = Tail(path)
    assert [line.raw for line in tail.lines()] == [b'{"n":1,"x":0}']
    path.rename(tmp_path / "eve.json.1")
    path.write_bytes(b'{"n":3,"x":0}\n')
    rest = [line.raw for _ in range(3) for line in tail.lines()]
    assert rest == [b'{"n":2,"to', b'{"n":3,"x":0}']
    assert list(Tail(path, tail.position()).lines()) == []


def test_a_line_without_end_is_kept_as_facts_not_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    path.write_bytes(b"a" * (3 * MAX_LINE_BYTES) + b"\nnext\n")
    first, second = Tail(path).lines()
    assert (first.raw, first.length, len(first.start)) == (None, 3 * MAX_LINE_BYTES, LONG_START_BYTES)
    assert second.raw == b"next"


def test_rotated_twice_while_the_agent_was_down(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    filled(path, 1, 5)
    tail = Tail(path)
    assert numbers(tail, 3) == [1, 2, 3]
    position = tail.position()
    tail.close()
    for generation, first in ((1, 6), (2, 11)):
        path.rename(tmp_path / f"eve.json.{generation}")
        os.utime(tmp_path / f"eve.json.{generation}", ns=(generation, generation))
        filled(path, first, 5)
    again = Tail(path, position)
    assert [n for _ in range(5) for n in numbers(again)] == list(range(4, 16))
