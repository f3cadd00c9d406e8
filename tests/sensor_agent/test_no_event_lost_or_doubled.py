"""kill -9 between any two steps: every event ends at the platform once, under one identity, in the same bytes."""

import gzip
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sensor_agent.aggregate import Aggregate
from sensor_agent.collector import Collector
from sensor_agent.spool import Batch, Spool
from sensor_agent.tail import Position, Tail


class KilledError(BaseException):
    """The process ends here."""


class KillAfter:
    """Ends the "process" at the n-th call that touches the disk for good; before or after that call took effect."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, calls: int, after: bool) -> None:
        self.left, self.after, self.dead = calls, after, False
        for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "unlink")):
            monkeypatch.setattr(owner, name, self.wrap(getattr(owner, name)))

    def wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.after:
                raise KilledError
            result = function(*args, **kwargs)
            if self.left == 0:
                raise KilledError
            return result

        return call


class FakePlatform:
    """Keeps what was stored by batch id, and notices other bytes or a sequence used twice."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.events: dict[tuple[int, int], bytes] = {}

    def take(self, batch: Batch, body: bytes) -> None:
        assert self.bodies.setdefault(batch.batch_id, body) == body
        plain = gzip.decompress(body) if batch.encoding == "gzip" else zstandard.decompress(body)
        for index, line in enumerate(plain.splitlines()):
            assert self.events.setdefault((batch.epoch, batch.first_seq + index), line) == line


def live(folder: Path, platform: FakePlatform, *, batch_size: int) -> None:
    """One life of the agent: read all, ship all."""
    spool = Spool(folder / "state" / "spool", 10_000_000)
    try:
        record = spool.state.sources.get("eve")
        tail = Tail(folder / "eve.json", Position.from_record(record) if record else None)
        aggregate = Aggregate(["192.168.0.0/16"], spool.state.aggregate or None)
        collector = Collector(spool, "eve", tail, aggregate, max_events=batch_size, max_age_s=0)
        while collector.step(3):
            if (batch := spool.oldest()) is not None:
                platform.take(batch, spool.body(batch))
                spool.sent(batch)
        collector.finish_period()
        collector.flush()
        while (batch := spool.oldest()) is not None:
            platform.take(batch, spool.body(batch))
            spool.sent(batch)
    finally:
        spool.close()


@settings(max_examples=150, deadline=None)
@given(
    kills=st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=6),
    batch_size=st.integers(1, 6),
    alerts=st.integers(1, 25),
)
def test_events_arrive_once_with_one_identity_after_kills_anywhere(
    tmp_path_factory: pytest.TempPathFactory, kills: list[tuple[int, bool]], batch_size: int, alerts: int
) -> None:
    folder = tmp_path_factory.mktemp("box")
    lines = []
    for number in range(alerts):
        lines.append(b'{"timestamp":"2026-01-01T00:00:00.000000+0000","event_type":"alert","n":%d,"alert":{}}' % number)
        lines.append(b'{"timestamp":"2099-01-01T00:00:00.000000+0000","event_type":"drop","drop":{"reason":"rules"}}')
    (folder / "eve.json").write_bytes(b"\n".join(lines) + b"\n")
    platform = FakePlatform()
    for calls, after in kills:
        with pytest.MonkeyPatch.context() as patch, suppress(KilledError):
            KillAfter(patch, calls, after)
            live(folder, platform, batch_size=batch_size)
    live(folder, platform, batch_size=batch_size)

    arrived = list(platform.events.values())
    assert sorted(line for line in arrived if b'"alert":{}' in line) == sorted(lines[::2])
    assert len({epoch for epoch, _ in platform.events}) == 1
    counted = sum(int(line.split(b'"drops":{"rules":')[1].split(b"}")[0]) for line in arrived if b'"aggregate"' in line)
    assert counted == alerts


def test_a_full_disk_delays_events_but_loses_and_doubles_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [b'{"event_type":"alert","n":%d}' % number for number in range(20)]
    (tmp_path / "eve.json").write_bytes(b"\n".join(lines) + b"\n")
    spool = Spool(tmp_path / "state" / "spool", 10_000_000)
    collector = Collector(spool, "eve", Tail(tmp_path / "eve.json"), Aggregate([]), max_events=5, max_age_s=0)
    real, calls = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls % 3 == 2:  # sometimes the file, sometimes the folder
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    failures = 0
    for _ in range(30):
        try:
            collector.step()
        except OSError:
            failures += 1
    monkeypatch.undo()
    spool.close()
    platform = FakePlatform()
    live(tmp_path, platform, batch_size=5)
    assert failures > 0
    assert sorted(platform.events.values()) == sorted(lines)


def test_a_batch_file_that_vanished_is_counted_and_stops_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 1_000_000)
    batch = spool.commit([b"{}", b"{}"], 1)
    assert batch
    batch.path.unlink()
    spool.lost(batch)
    assert (spool.oldest(), spool.state.dropped) == (None, 2)
    spool.close()


def test_identity_lost_with_the_state_starts_a_new_epoch(tmp_path: Path) -> None:
    first = Spool(tmp_path / "spool", 1000)
    epoch = first.state.epoch
    first.commit([b"{}"], 1)
    first.close()
    shutil.rmtree(tmp_path / "spool")
    second = Spool(tmp_path / "spool", 1000)
    assert (second.state.epoch, second.state.next_seq) == (epoch + 1, 1)
    second.close()


def test_a_new_installation_minutes_later_has_a_higher_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Spool(tmp_path / "one" / "spool", 1000)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 120)
    second = Spool(tmp_path / "two" / "spool", 1000)
    assert 1 < first.state.epoch < second.state.epoch < 2**31
    for spool in (first, second):
        spool.close()


def test_a_full_spool_drops_the_least_important_first_and_counts_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 20_000)
    for number in range(30):
        spool.commit([os.urandom(600).hex().encode()] * 2, importance=number % 2)
    kept = []
    while (batch := spool.oldest()) is not None:
        kept.append(batch.importance)
        spool.sent(batch)
    assert spool.state.dropped_low > 0
    assert sum(kept) == 15, "an important batch went although low ones were there"
    assert len(kept) * 2 + spool.state.dropped + spool.state.dropped_low == 60
    spool.close()
