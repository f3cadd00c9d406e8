"""The files a growing log is spread over: the one being written, renamed ones, copies, packed ones.

A file is known by its first bytes, so that it stays the same file when it is renamed, copied away or packed, and is
another one when it was emptied and filled again.
"""

import bz2
import gzip
import hashlib
import lzma
import os
import re
import stat
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from sensor_agent.compression import zstandard

HEAD_BYTES = 128
MOST_HOLE = 1 << 20  # of NUL bytes at the beginning that is looked past
# Numbered by sensor_agent.rotation, perhaps packed by somebody: right also when the clock was put back.
_OURS = re.compile(r"\.(\d{8})(?:\.gz|\.xz|\.bz2|\.zst)?$")


def _zstd_open(path: Path) -> IO[bytes]:
    if zstandard is None:
        raise TornFileError(f"{path}: no program to unpack it")
    return cast(IO[bytes], zstandard.ZstdDecompressor().stream_reader(path.open("rb"), closefd=True))


_OPENERS: dict[str, Callable[[Path], Any]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open, ".zst": _zstd_open}


class TornFileError(Exception):
    """A packed file ends before its end or is none; or the disk does not give a file's content."""


@dataclass(frozen=True)
class Mark:
    """How far a content was taken over: everything before `offset`. `length` and `digest` are of its first bytes."""

    length: int
    digest: str
    offset: int

    def names(self, begin: bytes) -> bool:
        """Whether a file that begins so is meant."""
        return 0 < self.length <= len(begin) and digest_of(begin[: self.length]) == self.digest


def digest_of(head: bytes) -> str:
    return hashlib.sha256(head).hexdigest()[:16]


@dataclass(frozen=True)
class Generation:
    """One file of the log as it stands in its folder. `size` is that of the file, packed or not."""

    path: Path
    inode: int
    size: int
    modified_ns: int
    live: bool

    @property
    def packed(self) -> bool:
        return self.path.suffix in _OPENERS


def generations(path: Path, *, rotated: bool = True) -> list[Generation]:
    """The log's files, oldest first, the live one last. A folder, a pipe or a second name of a file is none."""
    by_inode: dict[tuple[int, int], Generation] = {}
    older = path.parent.glob(path.name + "[.-]*") if rotated else ()
    for other in [*older, path]:
        with suppress(OSError):  # it went, or is a link that leads nowhere
            status = other.stat()
            if stat.S_ISREG(status.st_mode):
                by_inode[status.st_dev, status.st_ino] = Generation(
                    other, status.st_ino, status.st_size, status.st_mtime_ns, other == path
                )
    return sorted(by_inode.values(), key=_order)


def rotation_number(path: Path) -> int:
    """The number in the name of a file that we renamed; 0 when somebody else did."""
    ours = _OURS.search(path.name)
    return int(ours[1]) if ours else 0


def _order(generation: Generation) -> tuple[bool, int, int, int]:
    return generation.live, rotation_number(generation.path), generation.modified_ns, generation.inode


class PlainFile:
    """A file that may still grow."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.inode = os.fstat(self._descriptor).st_ino

    def read(self, size: int, offset: int) -> bytes:
        """Raises TornFileError."""
        try:
            return os.pread(self._descriptor, size, offset)
        except OSError as problem:  # a bad place on the disk
            raise TornFileError(str(problem)) from problem

    @property
    def unlinked(self) -> bool:
        """Whether no name leads to it any more."""
        return os.fstat(self._descriptor).st_nlink == 0

    def close(self) -> None:
        os.close(self._descriptor)


class PackedFile:
    """A packed file, read as what it unpacks to."""

    unlinked = False

    def __init__(self, path: Path) -> None:
        self.inode = path.stat().st_ino
        self._file = _OPENERS[path.suffix](path)
        self._at = 0

    def read(self, size: int, offset: int) -> bytes:
        """Raises TornFileError."""
        try:
            if offset != self._at:
                self._file.seek(offset)
            data = self._file.read1(size)  # `read` would lose what stands before a torn end
            while data and len(data) < min(size, HEAD_BYTES) and (more := self._file.read1(size - len(data))):
                data += more
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as problem:
            raise TornFileError(str(problem)) from problem
        except Exception as problem:  # zstandard's own kind
            raise TornFileError(str(problem)) from problem
        self._at = offset + len(data)
        return cast(bytes, data)

    def close(self) -> None:
        self._file.close()


LogFile = PlainFile | PackedFile


def head_of(file: LogFile) -> tuple[bytes, int]:
    """(the bytes a file is known by, how many NUL bytes stand before them). Raises TornFileError.

    After a power cut or a copy several files begin with the same hole: they are known by what stands behind it.
    """
    head = file.read(HEAD_BYTES, 0)
    if not head.startswith(b"\0"):
        return head, 0
    begin = file.read(MOST_HOLE + HEAD_BYTES, 0)
    rest = begin.lstrip(b"\0")
    hole = len(begin) - len(rest)
    return (rest[:HEAD_BYTES], hole) if hole < MOST_HOLE else (bytes(HEAD_BYTES), 0)


def opened(generation: Generation) -> LogFile:
    """Raises OSError, TornFileError."""
    return PackedFile(generation.path) if generation.packed else PlainFile(generation.path)
