"""Reading eve.json line by line from a durable position, whatever becomes of the file.

What was taken over is remembered per content (`generations.Mark`), not per name. From that follows all else: a file
renamed, copied away and emptied, or packed is read on where we were; a writer that goes on in the renamed file is read
there; a file emptied and filled again is new. A shorter file with the same beginning is a loss of power: what is
written after its end is new. A row of NUL bytes (blocks that were never written) ends a line like a line feed does.

What cannot be read is counted: `gaps` are times the log went away with no copy left, `lost_bytes` what is known to be
missing of it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sensor_agent.generations import (
    HEAD_BYTES,
    MOST_HOLE,
    Generation,
    LogFile,
    Mark,
    TornFileError,
    digest_of,
    generations,
    head_of,
    opened,
    rotation_number,
)

CHUNK_BYTES = 1 << 18
MAX_LINE_BYTES = 1 << 22
LONG_START_BYTES = 1 << 18
_NOTHING = re.compile(rb"\n+")


@dataclass(frozen=True)
class Position:
    """What was taken over: `marks` of every file that is still there; `inode`, `offset`: where we are now."""

    inode: int = 0
    offset: int = 0
    marks: tuple[Mark, ...] = ()
    live: bool = True  # whether the last mark is of the file that is being written
    number: int | None = None  # the highest number of a renamed file seen so far; None when none was looked for
    older_taken: bool = False  # written by a program that knew one file only: older ones were taken over

    def to_record(self) -> dict[str, Any]:
        marks = [[mark.length, mark.digest, mark.offset] for mark in self.marks]
        place = {"inode": self.inode, "offset": self.offset}
        return {**place, "marks": marks, "live": self.live, "number": self.number}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Position":
        inode, offset = int(record["inode"]), int(record["offset"])
        if "marks" in record:
            marks = [Mark(int(length), str(digest), int(at)) for length, digest, at in record["marks"]]
            return cls(inode, offset, tuple(marks), bool(record.get("live", True)), record.get("number"))
        head = bytes.fromhex(record["head"])
        return cls(inode, offset, (Mark(len(head), digest_of(head), offset),) if head else (), older_taken=True)


@dataclass(frozen=True)
class Line:
    """One line without its end. `raw` is None when it was longer than MAX_LINE_BYTES: only its start is kept."""

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
        self.start += data[: max(0, LONG_START_BYTES - len(self.start))]
        return self


class _Track:
    """How far one content was taken over, whatever files hold it."""

    def __init__(self, mark: Mark | None = None) -> None:
        self.length = mark.length if mark else 0
        self.digest = mark.digest if mark else ""
        self.offset = mark.offset if mark else 0
        self.unread = 0

    @property
    def mark(self) -> Mark:
        return Mark(self.length, self.digest, self.offset)

    def name_by(self, head: bytes, hole: int) -> None:
        """Learn the first bytes of what was taken over, behind a hole."""
        if self.length < min(len(head), self.offset - hole):
            self.length = min(len(head), self.offset - hole)
            self.digest = digest_of(head[: self.length])


class _Reader:
    """Lines of one open file from its track's offset on."""

    def __init__(self, file: LogFile, track: _Track) -> None:
        self.file = file
        self.track = track
        self.holes = 0
        self.torn = False  # no more of it can be read
        # Read before its lines: the file may be emptied under us at any time.
        self._head, self._hole = b"", 0
        if track.offset:
            with suppress(TornFileError):  # counted when its lines are asked for
                self._head, self._hole = head_of(file)
        self._buffer = b""
        self._long: _LongLine | None = None
        self._in_leading_hole = track.offset == 0

    def line(self, *, finished: bool = False, fill: bool = True) -> Line | None:
        """The next one; `finished`: what has no line end will get none. Raises TornFileError."""
        while True:
            self._skip_nothing()
            end = self._buffer.find(b"\n")
            if end >= 0:
                return self._cut(end, 1)
            if len(self._buffer) > MAX_LINE_BYTES:
                self._long = (self._long or _LongLine()).add(self._buffer)
                self._buffer = b""
            if not fill or not self._fill():
                rest = finished and (self._buffer or self._long)
                return self._cut(len(self._buffer), 0) if rest else None

    @property
    def taken(self) -> int:
        """Bytes of the file that were read, given out or not."""
        return self.track.offset + len(self._buffer) + (self._long.length if self._long else 0)

    @property
    def holds_part(self) -> bool:
        """Whether a line is there that has no end yet."""
        return bool(self._buffer or self._long)

    def _skip_nothing(self) -> None:
        empty = None if self._long else _NOTHING.match(self._buffer)
        if empty:
            self._buffer = self._buffer[empty.end() :]
            self._took(empty.end())

    def _took(self, size: int) -> None:
        self.track.offset += size
        self.track.name_by(self._head, self._hole)

    def _cut(self, end: int, feed: int) -> Line:
        part, self._buffer = self._buffer[:end], self._buffer[end + feed :]
        if self._long is None:
            self._took(end + feed)
            return Line(part, end)
        whole, self._long = self._long.add(part), None
        self._took(whole.length + feed)
        return Line(None, whole.length, whole.hash.hexdigest(), whole.start)

    def _fill(self) -> bool:
        data = self.file.read(CHUNK_BYTES, self.taken)
        if len(self._head) < HEAD_BYTES and self.taken == self._hole + len(self._head):
            self._head_grown(data)
        if b"\0" in data:
            data = self._without_hole(data)
        elif data:
            self._in_leading_hole = False
        self._buffer += data
        return bool(data)

    def _head_grown(self, data: bytes) -> None:
        if not self._head:
            behind = data.lstrip(b"\0")
            self._hole += len(data) - len(behind)
            data = behind
        self._head += data[: HEAD_BYTES - len(self._head)]
        if self._hole >= MOST_HOLE:
            self._head, self._hole = bytes(HEAD_BYTES), 0

    def _without_hole(self, data: bytes) -> bytes:
        """NUL bytes as line ends. At the beginning they are no loss: a writer went on where an emptied file ended."""
        if self._in_leading_hole:
            rest = data.lstrip(b"\0")
            self._in_leading_hole = not rest
            self.holes += rest.count(b"\0")
        else:
            self.holes += data.count(b"\0")
        return data.replace(b"\0", b"\n")


class Tail:
    """Iterate `lines()`; when they are taken over durably, store `position()` in the same step."""

    def __init__(self, path: Path, position: Position | None = None, *, rotated: bool = True) -> None:
        """`rotated` False reads this one file only (a recording), whatever lies beside it."""
        self._path = path
        self._rotated = rotated
        position = position or Position()
        self._tracks = [_Track(mark) for mark in position.marks]
        # The content that was being written at the last look.
        self._live = self._tracks[-1] if self._tracks and position.live else None
        self._number = position.number
        self._older_taken = position.older_taken
        self._begun = (position.inode, position.offset)
        self._reader: _Reader | None = None
        self._begins: dict[Generation, bytes] = {}
        self._spent: set[Generation] = set()  # files that hold nothing new, or nothing that can be read
        self._refused: set[int] = set()  # inodes of files that we may not open
        self._ends: dict[int, int] = {}  # inode of a renamed file → its size at the last look
        self.gaps = 0
        self.lost_bytes = 0

    def close(self) -> None:
        self._change_reader(None)

    def lines(self, limit: int = 10_000) -> Iterator[Line]:
        """Up to `limit` complete lines that are there now; ends when there are none."""
        left = limit
        for reader, finished, fill in self._readers():
            while left > 0:
                try:
                    line = reader.line(finished=finished, fill=fill)
                except TornFileError:
                    self.gaps += 1
                    reader.torn = True
                    break
                if line is None:
                    break
                left -= 1
                yield line
            self._count_holes(reader)
            if left <= 0:
                return

    def position(self) -> Position:
        """The place after the last line given out."""
        if self._reader is not None:
            self._begun = (self._reader.file.inode, self._reader.track.offset)
        tracks = sorted((track for track in self._tracks if track.offset), key=lambda track: track is self._live)
        live = bool(tracks) and tracks[-1] is self._live
        return Position(*self._begun, tuple(track.mark for track in tracks), live, self._number)

    def taken_over(self) -> set[Path]:
        """Renamed files of which nothing is left to read."""
        return {
            each.path
            for each in generations(self._path, rotated=self._rotated)
            if not each.live and not each.packed and self._track_of(each, self._begin(each)).offset >= each.size
        }

    # -- one look at the folder -------------------------------------------------------------------------------------

    def _readers(self) -> Iterator[tuple[_Reader, bool, bool]]:
        """Every file with something to read, oldest first; whether its end is final; whether more may be read of it."""
        listed = generations(self._path, rotated=self._rotated)
        tracked = [(each, self._track_of(each, self._begin(each))) for each in listed]
        self._take_older(tracked)
        self._notice_removed(listed)
        yield from self._gone_while_open(tracked)
        self._forget({id(track) for _, track in tracked}, live_there=bool(listed) and listed[-1].live)
        ends: dict[int, int] = {}
        for each, track in tracked:
            if each.live:
                self._live = track
                if each.size < track.offset and not each.packed:  # a loss of power took its end
                    track.offset = each.size
                    self._change_reader(None)
            else:
                ends[each.inode] = each.size
                if track is self._live:
                    self._live = None  # renamed: from now on what is left unread of it says what is lost with it
            reader = self._reader_of(each, track)
            if reader is None:
                continue
            final = not self._rotated or (not each.live and listed[-1].live)
            settled = not self._rotated or each.packed or self._ends.get(each.inode) == each.size
            yield reader, final and settled, True
            if each.packed or reader.torn:
                self._spent.add(each)
            track.unread = 0 if each.live else max(0, each.size - track.offset)
            if final and not settled and reader.holds_part:
                break  # its writer may still finish the line: look again before the next file
        self._ends = ends
        self._spent &= set(listed)
        self._refused &= {each.inode for each in listed}
        self._begins = {each: begin for each, begin in self._begins.items() if each in listed}

    def _begin(self, each: Generation) -> bytes:
        """The first bytes of a file; read anew while it is written."""
        begin = self._begins.get(each)
        if begin is None:
            begin = _begin_of(each)
            if not each.live:
                self._begins[each] = begin
        return begin

    def _track_of(self, each: Generation, begin: bytes) -> _Track:
        """Which content a file holds; a new one when it is not known."""
        known = [track for track in self._tracks if track.mark.names(begin)]
        if known:
            return max(known, key=lambda track: track.length)
        reading = self._reader
        if reading is not None and reading.track.offset == 0 and reading.file.inode == each.inode:
            return reading.track
        track = _Track()
        self._tracks.append(track)
        return track

    def _reader_of(self, each: Generation, track: _Track) -> _Reader | None:
        """An open reader; None when the file holds nothing new."""
        reader = self._reader
        if each in self._spent:
            return None
        if reader is not None and reader.track is track and reader.file.inode == each.inode:
            return reader
        if not each.packed and each.size <= track.offset:
            return None
        try:
            file = opened(each)
        except FileNotFoundError:
            return None
        except (OSError, TornFileError):  # not ours to read: counted once, the others are read
            self.gaps += each.inode not in self._refused
            self._refused.add(each.inode)
            return None
        if file.inode != each.inode:  # renamed since the look
            file.close()
            return None
        return self._change_reader(_Reader(file, track))

    def _change_reader(self, reader: _Reader | None) -> _Reader | None:
        if self._reader is not None:
            self._reader.file.close()
        self._reader = reader
        return reader

    def _take_older(self, tracked: list[tuple[Generation, _Track]]) -> None:
        """After an upgrade: files older than the one we were in had been taken over."""
        if not self._older_taken:
            return
        self._older_taken = False
        at = next((number for number, (_, track) in enumerate(tracked) if track.offset), len(tracked) - 1)
        for each, track in tracked[: max(0, at)]:
            if each.packed:
                self._spent.add(each)
            elif each.size:
                head = self._begin(each)
                track.length, track.digest, track.offset = len(head), digest_of(head), each.size

    def _notice_removed(self, listed: list[Generation]) -> None:
        """Renamed files that came and went between two looks: their numbers are missing."""
        numbers = [number for each in listed if (number := rotation_number(each.path))]
        if self._number is not None and numbers and min(numbers) > self._number + 1:
            self.gaps += 1
        if numbers or self._number is None:
            self._number = max(numbers, default=0)

    def _gone_while_open(self, tracked: list[tuple[Generation, _Track]]) -> Iterator[tuple[_Reader, bool, bool]]:
        """The open file is no longer what its name says and no copy is there: give out what is left of it."""
        reader = self._reader
        if reader is None or any(track is reader.track for _, track in tracked):
            return
        followed = bool(tracked) and tracked[-1][0].live
        if reader.file.unlinked or all(each.inode != reader.file.inode for each, _ in tracked):  # deleted, moved away
            yield reader, followed, True
            if followed and self._live is reader.track:
                self._live = None  # read to its end: nothing is missing
        elif followed:  # the same file was emptied: only what we had read of it is left
            yield reader, False, False

    def _forget(self, present: set[int], *, live_there: bool) -> None:
        """Contents of which no file is left; what of them was never read is counted."""
        for track in [track for track in self._tracks if id(track) not in present]:
            if track is self._live:
                if not live_there:
                    continue
                self.gaps += bool(track.offset)
            self.lost_bytes += track.unread
            self._tracks.remove(track)
            if self._reader is not None and self._reader.track is track:
                self._reader.file.close()
                self._reader = None

    def _count_holes(self, reader: _Reader) -> None:
        self.lost_bytes += reader.holes
        reader.holes = 0


def _begin_of(each: Generation) -> bytes:
    try:
        file = opened(each)
    except (OSError, TornFileError):
        return b""
    try:
        return head_of(file)[0]
    except TornFileError:
        return b""
    finally:
        file.close()
