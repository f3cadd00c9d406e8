"""Shipping a recorded EVE file through the same spool and the same way as live events, for demos and fault tests."""

import hashlib
import re
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sensor_agent.aggregate import Aggregate
from sensor_agent.clock import Clock
from sensor_agent.collector import Collector
from sensor_agent.config import Config
from sensor_agent.identity import Identity
from sensor_agent.moment import parse, stamp
from sensor_agent.platform import Platform
from sensor_agent.ship import Outcome, Shipper
from sensor_agent.spool import Spool
from sensor_agent.strip import SHIPPED_TYPES
from sensor_agent.tail import Position, Tail

_TIMESTAMP = re.compile(rb'"timestamp"\s*:\s*"([^"]{19,40})"')
_SHIPPED = re.compile(rb'"event_type"\s*:\s*"(?:%s)"' % "|".join(SHIPPED_TYPES).encode())
STEP_LINES = 2_000


@dataclass
class ReplayResult:
    """What one call did. `events` counts events given sequence numbers by kind; `stored` those the platform took."""

    file: str
    lines: int = 0
    events: dict[str, int] = field(default_factory=dict)
    spooled: int = 0
    stored: int = 0
    rejected: int = 0
    waiting: int = 0
    first_seq: int = 0
    last_seq: int = 0
    epoch: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    most_rss_mb: float = 0.0
    last_problem: str = ""
    complete: bool = False


class Shift:
    """Moves an event's own times by a fixed amount, so that the recording's last shipped event is now."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    @classmethod
    def to_now(cls, path: Path) -> "Shift":
        latest = None
        with path.open("rb") as file:
            for line in file:
                timestamp = _TIMESTAMP.search(line) if _SHIPPED.search(line) else None
                moment = parse(timestamp[1].decode("ascii", "replace")) if timestamp else None
                latest = max(latest, moment) if latest and moment else latest or moment
        return cls(datetime.now(UTC) - latest if latest else timedelta())

    def __call__(self, event: dict[str, Any]) -> bool:
        changed = self._move(event, "timestamp")
        for section in ("flow", "aggregate"):
            part = event.get(section)
            if isinstance(part, dict):
                for key in ("start", "end", "from", "to"):
                    changed = self._move(part, key) or changed
        return changed

    def _move(self, part: dict[str, Any], key: str) -> bool:
        value = part.get(key)
        moment = parse(value) if isinstance(value, str) else None
        if moment is None:
            return False
        try:
            part[key] = stamp(moment + self._by)
        except OverflowError:
            return False
        return True


def replay(
    config: Config,
    identity: Identity | None,
    path: Path,
    *,
    as_is: bool = False,
    again: bool = False,
    speed: float = 0.0,
    max_lines: int = 0,
    timeout_s: float = 600.0,
    progress: Callable[[ReplayResult], None] = lambda result: None,
) -> ReplayResult:
    """Spool the file and ship it; goes on where a killed call stopped. Without identity nothing is sent.

    `speed` is events a second (0: as fast as possible), `max_lines` ends early (0: all). Raises SpoolBusyError while
    the agent runs on the same state folder.
    """
    spool = Spool(config.state_dir / "spool", config.spool.max_bytes)
    try:
        run = _Replay(config, spool, path, as_is=as_is, again=again, progress=progress)
        shipper = _start_shipper(config, spool, identity, run)
        run.spool_all(speed, max_lines)
        if shipper is not None:
            run.wait_until_sent(shipper, time.monotonic() + timeout_s)
        run.stop.set()
        run.wake.set()
        for thread in run.threads:
            thread.join(60)
        return run.report(shipper)
    finally:
        spool.close()


def _start_shipper(config: Config, spool: Spool, identity: Identity | None, run: "_Replay") -> Shipper | None:
    if identity is None:
        return None
    url = config.platform_url or identity.device.platform_url
    shipper = Shipper(spool, Platform(url, allow_http=config.allow_http, proxy=config.proxy), identity, Clock())
    thread = threading.Thread(target=shipper.run, args=(run.stop, run.wake), daemon=True)
    run.threads.append(thread)
    thread.start()
    return shipper


class _Replay:
    def __init__(
        self,
        config: Config,
        spool: Spool,
        path: Path,
        *,
        as_is: bool,
        again: bool,
        progress: Callable[[ReplayResult], None],
    ) -> None:
        self.stop, self.wake = threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []
        self._spool = spool
        self._room = config.spool.max_bytes // 2
        source = "replay:" + hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
        record = None if again else spool.state.sources.get(source)
        self._tail = Tail(path, Position.from_record(record) if record else None, rotated=False)
        self._collector = Collector(
            spool,
            source,
            self._tail,
            Aggregate(config.suricata.home_net),
            max_events=config.spool.max_events,
            max_age_s=config.spool.max_age_s,
            aggregate_s=float("inf"),
            change=None if as_is else Shift.to_now(path),
            unreadable_events=float("inf"),
        )
        self._progress = progress
        self._begun = time.monotonic()
        self.result = ReplayResult(file=str(path), epoch=spool.state.epoch, first_seq=spool.state.next_seq)

    def spool_all(self, speed: float, max_lines: int) -> None:
        while True:
            limit = min(STEP_LINES, max_lines - self._collector.lines) if max_lines else STEP_LINES
            limit = min(limit, max(1, int(speed / 10))) if speed else limit
            if limit <= 0 or not self._collector.step(limit):
                break
            self.wake.set()
            self._progress(self.report(None))
            if speed:
                ahead = self._collector.lines / speed - (time.monotonic() - self._begun)
                time.sleep(max(0.0, ahead))
            while self._spool.bytes_waiting() > self._room and self.threads:
                time.sleep(0.1)  # a recording can wait: nothing of it is dropped
        self._collector.finish_period()
        self._collector.flush()
        self.wake.set()

    def wait_until_sent(self, shipper: Shipper, until: float) -> None:
        while self._spool.batches_waiting() and time.monotonic() < until:
            self._progress(self.report(shipper))
            time.sleep(0.2)

    def report(self, shipper: Shipper | None) -> ReplayResult:
        result, state = self.result, self._spool.state
        result.lines = self._collector.lines
        result.events = dict(self._collector.kinds)
        result.last_seq = state.next_seq - 1
        result.spooled = state.next_seq - result.first_seq
        result.waiting = self._spool.batches_waiting()
        result.seconds = round(time.monotonic() - self._begun, 2)
        used = resource.getrusage(resource.RUSAGE_SELF)
        result.cpu_seconds = round(used.ru_utime + used.ru_stime, 2)
        result.most_rss_mb = round(used.ru_maxrss / 1024, 1)
        if shipper is not None:
            result.stored = shipper.events[Outcome.STORED]
            result.rejected = shipper.events[Outcome.REJECTED]
            result.last_problem = shipper.last_problem
            result.complete = result.waiting == 0 and result.rejected == 0
        return result
