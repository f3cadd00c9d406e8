"""Batches waiting for the platform, and the one durable record of how far the agent has come.

A batch file is a JSON header line followed by the compressed body, written once (fsync, rename, fsync of the folder)
and sent as it is however often. Its header carries `after`: the whole state once the batch exists — next sequence,
positions in the sources, open aggregate, files still to scan. So events and position advance in one step: after a
kill anywhere, the state is the newer of `state.json` and the newest batch's `after`, told by `generation`.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sensor_agent.compression import compress
from sensor_agent.moment import uuid7

TIGHT_SHARE = 0.8
REJECTED_KEPT = 100
_EPOCHS_BEGIN = 1_704_067_200  # 2024-01-01T00:00:00Z


class SpoolBusyError(Exception):
    """Another agent process uses this spool."""


@dataclass(frozen=True)
class State:
    """What survives a kill. `sources` maps a source's name to its position record."""

    generation: int = 0
    epoch: int = 1
    next_seq: int = 1
    sources: Mapping[str, Any] = field(default_factory=dict)
    aggregate: Mapping[str, Any] = field(default_factory=dict)
    pending_files: tuple[Mapping[str, Any], ...] = ()
    dropped_low: int = 0
    dropped: int = 0
    rejected: int = 0
    # Of all time: what happened to the log (gaps, lost_bytes, unreadable) and to files (judged, found, unexamined).
    log: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """One stored batch. `size` is the file's bytes; `importance` the highest of its events' (0 low, 1 high)."""

    path: Path
    batch_id: str
    epoch: int
    first_seq: int
    last_seq: int
    count: int
    encoding: str
    sha256: str
    importance: int
    size: int
    generation: int


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file so that after a power loss there is either the old content or the new. Raises OSError."""
    temporary = path.with_name(path.name + ".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(descriptor)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    temporary.rename(path)
    folder_sync(path.parent)


def folder_sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Spool:
    """The only writer of its folder (locked). Raises SpoolBusyError on opening when another process has it."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._queue = folder / "queue"
        self._rejected = folder / "rejected"
        self._state_path = folder / "state.json"
        self._epoch_path = folder.parent / "epoch"
        self._max_bytes = max_bytes
        self._mutex = threading.RLock()
        self._in_flight: Path | None = None
        self._batches: list[Batch] = []
        self._saved_generation = -1
        self._state = State()
        for each in (self._queue, self._rejected):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            os.close(self._lock)
            raise SpoolBusyError(f"{folder} is in use by another otasuke sensor process") from problem
        try:
            self._recover()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        os.close(self._lock)

    # -- what the reader uses ---------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return self._state

    def tight(self) -> bool:
        """Nearly full: events of low importance should be counted instead of stored."""
        return self.bytes_waiting() > self._max_bytes * TIGHT_SHARE

    def commit(self, events: list[bytes], importance: int, **changes: Any) -> Batch | None:
        """Store the events as one batch together with the changed parts of the state; durable when it returns.

        Without events only the state is stored. Raises OSError (disk full): then nothing has changed.
        """
        with self._mutex:
            first = self._state.next_seq
            after = replace(self._state, generation=self._state.generation + 1, next_seq=first + len(events), **changes)
            if not events:
                self._save(after)
                return None
            batch = self._write_batch(events, importance, first, after)
            self._state = after
            self._batches.append(batch)
            self._make_room()
            return batch

    # -- what the shipper uses --------------------------------------------------------------------------------------

    def oldest(self) -> Batch | None:
        """The batch to send now; it stays until `sent` or `reject`."""
        with self._mutex:
            self._in_flight = self._batches[0].path if self._batches else None
            return self._batches[0] if self._batches else None

    @staticmethod
    def body(batch: Batch) -> bytes:
        """The compressed body, byte for byte as first written."""
        with batch.path.open("rb") as file:
            file.readline()
            return file.read()

    def sent(self, batch: Batch) -> None:
        with self._mutex:
            self._take_out(batch)
            batch.path.unlink(missing_ok=True)

    def lost(self, batch: Batch) -> None:
        """The batch's file is gone (a person or a broken disk took it): count its events and go on."""
        with self._mutex:
            state = self._state
            self._save(replace(state, generation=state.generation + 1, dropped=state.dropped + batch.count))
            self._take_out(batch)

    def reject(self, batch: Batch) -> None:
        """Put aside a batch the platform will never take, so that it does not stop those behind it."""
        with self._mutex:
            self._save(replace(self._state, generation=self._state.generation + 1, rejected=self._state.rejected + 1))
            self._take_out(batch)
            batch.path.rename(self._rejected / batch.path.name)
            for old in sorted(self._rejected.iterdir())[:-REJECTED_KEPT]:
                old.unlink(missing_ok=True)

    def bytes_waiting(self) -> int:
        with self._mutex:
            return sum(batch.size for batch in self._batches)

    def batches_waiting(self) -> int:
        with self._mutex:
            return len(self._batches)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _take_out(self, batch: Batch) -> None:
        """The state must not be younger only in a file that is about to go."""
        if batch.generation > self._saved_generation:
            self._save(self._state)
        self._batches = [other for other in self._batches if other.path != batch.path]
        self._in_flight = None

    def _make_room(self) -> None:
        """Over the bound: the oldest batches of the lowest importance go, and are counted."""
        while self.bytes_waiting() > self._max_bytes:
            loose = [batch for batch in self._batches[:-1] if batch.path != self._in_flight]
            if not loose:
                return
            victim = min(loose, key=lambda batch: (batch.importance, batch.epoch, batch.first_seq))
            name = "dropped" if victim.importance else "dropped_low"
            counted: dict[str, Any] = {name: getattr(self._state, name) + victim.count}
            self._save(replace(self._state, generation=self._state.generation + 1, **counted))
            self._batches.remove(victim)
            victim.path.unlink(missing_ok=True)

    def _write_batch(self, events: list[bytes], importance: int, first: int, after: State) -> Batch:
        body, encoding = compress(b"\n".join(events) + b"\n")
        batch_id = str(uuid7())
        header = {
            "batch": batch_id,
            "epoch": after.epoch,
            "first_seq": first,
            "last_seq": after.next_seq - 1,
            "count": len(events),
            "encoding": encoding,
            "sha256": hashlib.sha256(body).hexdigest(),
            "importance": importance,
            "after": asdict(after),
        }
        data = json.dumps(header).encode("ascii") + b"\n" + body
        path = self._queue / f"{after.epoch:010d}-{first:016d}-{batch_id}.batch"
        try:
            write_durably(path, data)
        except OSError:  # perhaps it is there already but not surely: the next try must not leave two
            path.unlink(missing_ok=True)
            raise
        return _batch_from_header(path, header, len(data))

    def _save(self, state: State) -> None:
        write_durably(self._state_path, json.dumps(asdict(state)).encode("ascii"))
        self._state = state
        self._saved_generation = state.generation

    def _recover(self) -> None:
        for leftover in [*self._queue.glob("*.tmp"), *self._state_path.parent.glob("*.tmp")]:
            leftover.unlink(missing_ok=True)
        states = []
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            states.append(_state_from_record(json.loads(self._state_path.read_bytes())))
            self._saved_generation = states[0].generation
        for path in sorted(self._queue.glob("*.batch")):
            try:
                with path.open("rb") as file:
                    header = json.loads(file.readline())
                self._batches.append(_batch_from_header(path, header, path.stat().st_size))
                states.append(_state_from_record(header["after"]))
            except (ValueError, KeyError, TypeError):
                path.rename(self._rejected / path.name)
        self._state = max(states, key=lambda state: state.generation, default=None) or self._new_epoch()

    def _new_epoch(self) -> State:
        """The sequence state is lost, or this is the first start: a new epoch keeps identities apart.

        It counts minutes, so that it rises even when a new installation knows nothing of the one before.
        """
        last = int(time.time() - _EPOCHS_BEGIN) // 60 - 1
        with contextlib.suppress(OSError, ValueError):
            last = max(last, int(self._epoch_path.read_text()))
        epoch = max(1, last + 1)
        write_durably(self._epoch_path, f"{epoch}\n".encode())
        state = State(epoch=epoch)
        self._save(state)
        return state


def _state_from_record(record: Mapping[str, Any]) -> State:
    return State(**{**record, "pending_files": tuple(record["pending_files"])})


def _batch_from_header(path: Path, header: Mapping[str, Any], size: int) -> Batch:
    return Batch(
        path=path,
        batch_id=header["batch"],
        epoch=header["epoch"],
        first_seq=header["first_seq"],
        last_seq=header["last_seq"],
        count=header["count"],
        encoding=header["encoding"],
        sha256=header["sha256"],
        importance=header["importance"],
        size=size,
        generation=header["after"]["generation"],
    )
