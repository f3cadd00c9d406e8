"""Reading eve.json line by line from a durable position, through rotation, truncation and a torn last line.

A position names the file by inode and proves itself by the file's first bytes: another head under the same inode is
other content (copied away and emptied, or a reused inode) and is read from its start; the same head with a shorter
file is a loss of power, and what is written after its end is new.

Known limit: a file cut by a loss of power that has grown past the old offset before we look again is read on from the
old offset; the piece of a line found there is shipped as unreadable.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAD_BYTES = 128
CHUNK_BYTES = 1 << 18
MAX_LINE_BYTES = 1 << 20
_COMPRESSED = (".gz", ".zst", ".xz", ".bz2")


@dataclass(frozen=True)
class Position:
    """Everything before `offset` of the file with `inode` has been taken over; `head` is the file's first bytes."""

    inode: int = 0
    offset: int = 0
    head: bytes = b""

    def to_record(self) -> dict[str, Any]:
        return {"inode": self.inode, "offset": self.offset, "head": self.head.hex()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Position":
        return cls(int(record["inode"]), int(record["offset"]), bytes.fromhex(record["head"]))


@dataclass(frozen=True)
class Line:
    """One line without its line feed. `raw` is None when it was longer than MAX_LINE_BYTES: only facts are kept."""

    raw: bytes | None
    length: int
    sha256: str | None = None
    start: bytes = b""


class _LongLine:
    """Facts of a line too long to keep."""

    def __init__(self) -> None:
        self.length = 0
        self.hash = hashlib.sha256()
        self.start = b""

    def add(self, data: bytes) -> "_LongLine":
        self.length += len(data)
        self.hash.update(data)
        self.start += data[: max(0, 256 - len(self.start))]
        return self


class Tail:
    """Iterate `lines()`; when they are taken over durably, store `position()` in the same step."""

    def __init__(self, path: Path, position: Position | None = None, *, rotated: bool = True) -> None:
        """`rotated` False reads this one file only (a recording), whatever lies beside it."""
        self._path = path
        self._rotated = rotated
        self._descriptor: int | None = None
        self._resume = position if position and position.inode else None
        self._offset = 0  # of the first byte not yet given out as part of a line
        self._head = b""
        self._buffer = b""
        self._long: _LongLine | None = None
        self._quiet_end = False
        self._torn_end = False
        self.restarts = 0

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def lines(self, limit: int = 10_000) -> Iterator[Line]:
        """Up to `limit` complete lines that are there now; ends when there are none."""
        self._notice_other_content()
        given = 0
        while given < limit:
            line = self._next_line()
            if line is not None:
                given += 1
                yield line
            elif not self._advance():
                return

    def position(self) -> Position:
        """The place after the last line given out."""
        if self._descriptor is None:
            return self._resume or Position()
        self._head = os.pread(self._descriptor, min(HEAD_BYTES, self._offset), 0) or self._head
        return Position(os.fstat(self._descriptor).st_ino, self._offset, self._head)

    def _next_line(self) -> Line | None:
        while True:
            end = self._buffer.find(b"\n")
            if end >= 0:
                return self._cut(end, 1)
            if self._torn_end and (self._buffer or self._long):
                return self._cut(len(self._buffer), 0)
            if len(self._buffer) > MAX_LINE_BYTES:
                self._long = (self._long or _LongLine()).add(self._buffer)
                self._buffer = b""
            if not self._fill():
                return None

    def _cut(self, end: int, feed: int) -> Line:
        part, self._buffer = self._buffer[:end], self._buffer[end + feed :]
        if self._long is None:
            self._offset += end + feed
            return Line(part, end)
        whole, self._long = self._long.add(part), None
        self._offset += whole.length + feed
        return Line(None, whole.length, whole.hash.hexdigest(), whole.start)

    def _taken(self) -> int:
        return self._offset + len(self._buffer) + (self._long.length if self._long else 0)

    def _fill(self) -> bool:
        """Read more of the open file; False at its present end."""
        if self._descriptor is None:
            return False
        data = os.pread(self._descriptor, CHUNK_BYTES, self._taken())
        self._buffer += data
        return bool(data)

    def _notice_other_content(self) -> None:
        """The file was emptied and filled again, or lost its end, while we had it open."""
        if self._descriptor is None:
            return
        status = os.fstat(self._descriptor)
        begin = os.pread(self._descriptor, len(self._head), 0)
        if begin == self._head and status.st_size >= self._taken():
            return
        self._start(self._descriptor, _resume_offset(begin, status.st_size, self.position_before(begin)))

    def position_before(self, begin: bytes) -> Position:
        """What we knew of the open file before its content changed under us."""
        return Position(0, self._offset, self._head or begin)

    def _advance(self) -> bool:
        """At the present end: open the first file or change to the next one. True when there may be more to read."""
        if self._descriptor is None:
            return self._open_first()
        following = self._next_generation()
        if following is None:
            self._quiet_end = False
            return False
        if not self._quiet_end:  # the writer may still finish a line in the file that was renamed away
            self._quiet_end = True
            return self._fill()
        if self._buffer or self._long:  # a torn last line will never be finished: give it out as it is
            self._torn_end = True
            return True
        return self._open(following, 0)

    def _next_generation(self) -> Path | None:
        assert self._descriptor is not None
        own = os.fstat(self._descriptor)
        files = self._generations()
        for index, (_, inode, _) in enumerate(files):
            if inode == own.st_ino:
                return files[index + 1][2] if index + 1 < len(files) else None
        later = [path for modified, _, path in files if modified >= own.st_mtime_ns]
        return later[0] if later else None

    def _generations(self) -> list[tuple[int, int, Path]]:
        """(modified, inode, path) of the file's uncompressed rotated forms, oldest first, the live one last."""
        found = []
        older = self._path.parent.glob(self._path.name + "[.-]*") if self._rotated else ()
        for other in [*older, self._path]:
            if other.suffix in _COMPRESSED:
                continue
            with suppress(FileNotFoundError):
                status = other.stat()
                found.append((other == self._path, status.st_mtime_ns, status.st_ino, other))
        return [(modified, inode, other) for _, modified, inode, other in sorted(found)]

    def _open_first(self) -> bool:
        resume, files = self._resume, self._generations()
        if resume is None:
            return bool(files) and self._open(files[0][2], 0)
        for _, inode, path in files:
            if inode == resume.inode:
                return self._open(path, None)
        if not self._path.exists():
            return False
        self.restarts += 1
        return self._open(self._path, 0)

    def _open(self, path: Path, offset: int | None) -> bool:
        """Open and go to `offset`; None means where the position to resume says."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        self.close()
        self._descriptor = descriptor
        if offset is None and self._resume is not None:
            begin = os.pread(descriptor, len(self._resume.head), 0)
            offset = _resume_offset(begin, os.fstat(descriptor).st_size, self._resume)
        self._start(descriptor, offset or 0)
        return True

    def _start(self, descriptor: int, offset: int) -> None:
        self._resume = None
        self._offset, self._buffer, self._long = offset, b"", None
        self._quiet_end = self._torn_end = False
        self._head = os.pread(descriptor, min(HEAD_BYTES, offset), 0)


def _resume_offset(begin: bytes, size: int, known: Position) -> int:
    """Where to go on in a file that begins with `begin`, when `known` was the state before."""
    if size < len(known.head):
        return size if size and known.head.startswith(begin) else 0
    if begin != known.head:
        return 0
    return min(size, known.offset)
