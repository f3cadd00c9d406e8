"""From lines to batches: reads a source, ships what may leave, counts the rest, commits events with the position."""

import logging
import queue
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sensor_agent.aggregate import Aggregate
from sensor_agent.filestore import MAX_PENDING, Result, pending_from_event
from sensor_agent.moment import parse, stamp_now
from sensor_agent.records import Event, Unreadable, records
from sensor_agent.shorten import MAX_SHIPPED_BYTES, encode, shortened
from sensor_agent.spool import Spool
from sensor_agent.strip import SHIPPED_TYPES, unreadable
from sensor_agent.tail import Line, Tail

MAX_PLAIN_BYTES = 1_900_000  # compressed never above the platform's 2 MiB, even when nothing compresses
CHECKPOINT_S = 5.0
HOUR_S = 3600.0
MOST_UNREADABLE_EVENTS = 1_000  # an hour, with an event of their own; a log full of garbage must not fill the spool
log = logging.getLogger(__name__)


def importance(event: Mapping[str, Any]) -> int:
    """0 for what may be dropped first when the spool is full: blocked minor alerts and unreadable lines."""
    if event["event_type"] == "unreadable":
        return 0
    alert = event.get("alert")
    if event["event_type"] != "alert" or not isinstance(alert, dict):
        return 1
    metadata = alert.get("metadata")
    ours = isinstance(metadata, dict) and "otasuke_function" in metadata
    severity = alert.get("severity")
    minor = not isinstance(severity, int) or severity >= 3
    return 0 if alert.get("action") == "blocked" and minor and not ours else 1


class Collector:
    """One source. Call `step` from one thread; `report` (verdicts) may be called from any."""

    def __init__(
        self,
        spool: Spool,
        source: str,
        tail: Tail,
        aggregate: Aggregate,
        *,
        max_events: int = 500,
        max_age_s: float = 1.0,
        aggregate_s: float = 3600.0,
        scan_files: Callable[[], bool] = lambda: False,
        suppressed: Callable[[Mapping[str, Any]], int | None] = lambda event: None,
        change: Callable[[dict[str, Any]], bool] | None = None,
        unreadable_events: float = MOST_UNREADABLE_EVENTS,
    ) -> None:
        self._spool = spool
        self._source = source
        self._tail = tail
        self._aggregate = aggregate
        self._max_events = max_events
        self._max_age_s = max_age_s
        self._aggregate_s = aggregate_s
        self._scan_files = scan_files
        self._suppressed = suppressed
        self._change = change
        self._verdicts: queue.SimpleQueue[tuple[Mapping[str, Any], Result]] = queue.SimpleQueue()
        self._events: list[bytes] = []
        self._plain_bytes = 0
        self._importance = 0
        self._oldest: float | None = None
        self._dirty = False
        self._saved_at = time.monotonic()
        self._dropped_low = 0
        self._pending = list(spool.state.pending_files)
        self.kinds: Counter[str] = Counter()
        self.unreadable = 0
        self._log_stored: Counter[str] = Counter()
        self._files: Counter[str] = Counter()
        self._period_began: float | None = None
        self._most_unreadable_events = unreadable_events
        self._unreadable_sent, self._unreadable_since = 0, time.monotonic()
        self.lines = 0
        self.kernel_drops = 0

    def report(self, pending: Mapping[str, Any], result: Result) -> None:
        """A file is done with; its event, if any, is stored in the same step that forgets the file."""
        self._verdicts.put((pending, result))

    def pending(self) -> tuple[Mapping[str, Any], ...]:
        """Files stored durably as waiting for a scan."""
        return self._spool.state.pending_files

    def step(self, limit: int = 5_000) -> int:
        """Take over what is there now; returns lines read. Raises OSError when the disk is full (nothing is lost)."""
        taken = 0
        if self._full():  # the disk was full at the last try
            self.flush()
        for line in self._tail.lines(limit):
            taken += 1
            self._take(line)
            if self._full():
                self.flush()
        self.lines += taken
        self._take_verdicts()
        self._close_period()
        self._flush_when_due()
        return taken

    def flush(self) -> None:
        """Commit events, position, counts and pending files in one durable step."""
        self._spool.commit(
            self._events,
            self._importance,
            sources={**self._spool.state.sources, self._source: self._tail.position().to_record()},
            aggregate=self._aggregate.snapshot(),
            pending_files=tuple(self._pending),
            dropped_low=self._spool.state.dropped_low + self._dropped_low,
            log=dict(self._log_counts() + Counter(self._spool.state.log)),
            files=dict(self._files + Counter(self._spool.state.files)),
        )
        self._dropped_low = 0
        self._files.clear()
        self._log_stored = self._log_seen()
        self._events, self._plain_bytes, self._importance, self._oldest = [], 0, 0, None
        self._dirty, self._saved_at = False, time.monotonic()

    def _log_seen(self) -> Counter[str]:
        """What happened to the log since this program began."""
        return Counter(gaps=self._tail.gaps, lost_bytes=self._tail.lost_bytes, unreadable=self.unreadable)

    def _log_counts(self) -> Counter[str]:
        """… and is not yet stored."""
        return self._log_seen() - self._log_stored

    def finish_period(self) -> None:
        """Ship the open aggregate now (end of a replay)."""
        event = self._aggregate.close(stamp_now())
        if event is not None:
            self._add(event, encode(event))

    # -- inside -----------------------------------------------------------------------------------------------------

    def _take(self, line: Line) -> None:
        self._dirty = True
        for record in records(line):
            if isinstance(record, Unreadable):
                self._add_unreadable(record.line, record.reason)
                continue
            try:
                self._take_event(record)
            except Exception:  # a fault of ours costs what we do with the event, neither the event nor the next one
                log.exception("an event of the kind %s could not be taken as usual", record.kind[:40])
                self._take_as_it_is(record, line)

    def _take_event(self, event: Event) -> None:
        kind = event.kind
        number = self._suppressed(event.data) if kind == "alert" else None
        if number is not None:
            self._aggregate.suppress(number, str(event.data.get("timestamp") or stamp_now()))
            self.kinds["suppressed"] += 1
            return
        changed = self._change is not None and self._change(event.data)
        if kind in SHIPPED_TYPES:
            self._add(event.data, Event(event.data, None if changed else event.raw).encoded())
            return
        self.kinds[kind] += 1
        if kind == "fileinfo":
            self._want_scan(event.data)
        elif kind == "stats":
            self._take_stats(event.data)
        else:
            self._aggregate.take(event.data)

    def _take_as_it_is(self, event: Event, line: Line) -> None:
        if event.kind in SHIPPED_TYPES:
            self._add(event.data, event.encoded())
        else:
            self._add_unreadable(line, "fault")

    def _add_unreadable(self, line: Line, reason: str) -> None:
        self.unreadable += 1
        if time.monotonic() - self._unreadable_since >= HOUR_S:
            self._unreadable_sent, self._unreadable_since = 0, time.monotonic()
        self._unreadable_sent += 1
        if self._unreadable_sent > self._most_unreadable_events:
            return  # counted
        event = unreadable(line, reason)
        self._add(event, encode(event))

    def _add(self, event: dict[str, Any], encoded: bytes) -> None:
        if len(encoded) > MAX_SHIPPED_BYTES:  # the platform would refuse the batch, with the alerts in it
            encoded = encode(shortened(event))
        weight = importance(event)
        if weight == 0 and self._spool.tight():
            self._dropped_low += 1
            self.kinds["dropped_low"] += 1
            return
        self.kinds[str(event["event_type"])] += 1
        self._events.append(encoded)
        self._plain_bytes += len(encoded) + 1
        self._importance = max(self._importance, weight)
        if self._oldest is None:
            self._oldest = time.monotonic()

    def _want_scan(self, event: Mapping[str, Any]) -> None:
        info = event.get("fileinfo")
        if not self._scan_files() or not isinstance(info, dict) or not info.get("stored"):
            return
        wanted = pending_from_event(event)
        if wanted is not None and len(self._pending) < MAX_PENDING:
            self._pending.append(wanted)
        else:  # without a hash it has no place in the store; or more come than clamd can look into
            self._files["unexamined"] += 1

    def _take_stats(self, event: Mapping[str, Any]) -> None:
        stats = event.get("stats")
        capture = stats.get("capture") if isinstance(stats, dict) else None
        drops = capture.get("kernel_drops") if isinstance(capture, dict) else None
        self.kernel_drops = drops if isinstance(drops, int) else self.kernel_drops

    def _take_verdicts(self) -> None:
        while not self._verdicts.empty():
            pending, result = self._verdicts.get()
            if pending not in self._pending:
                continue
            self._pending.remove(pending)
            self._dirty = True
            self._files[result.outcome] += 1
            if result.event is not None:
                self._add(result.event, encode(result.event))

    def _close_period(self) -> None:
        """By the clock, which goes on while we are down, and by time passed, should the clock have been put back."""
        if not self._aggregate.begun:
            self._period_began = None
            return
        self._period_began = self._period_began or time.monotonic()
        begun = parse(self._aggregate.begun)
        by_clock = time.time() - begun.timestamp() if begun is not None else 0.0
        if max(by_clock, time.monotonic() - self._period_began) >= self._aggregate_s:
            self._period_began = None
            self._dirty = True
            self.finish_period()

    def _full(self) -> bool:
        return len(self._events) >= self._max_events or self._plain_bytes > MAX_PLAIN_BYTES

    def _flush_when_due(self) -> None:
        now = time.monotonic()
        waiting_files = len(self._pending) != len(self._spool.state.pending_files)
        if (
            (self._oldest is not None and now - self._oldest >= self._max_age_s)
            or waiting_files
            or (self._dirty and now - self._saved_at >= CHECKPOINT_S)
        ):
            self.flush()
