"""The records of an EVE file as people keep them: plain, packed, UTF-16, with old line ends, or as one JSON array.

A file is read once, in pieces, in bounded memory. What is recognised and cannot be read is named.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import zstandard

from alerts.eve import MAX_LINE_BYTES
from alerts.eve_cut import Shortener

_PIECE = 64 * 1024
_MOST_PACKINGS = 3  # a packed file in a packed file
_HEAD = 512
_NAMED = (
    (b"PK\x03\x04", "ZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"%PDF", "PDF"),
    (b"\xd4\xc3\xb2\xa1", "pcap"),
    (b"\xa1\xb2\xc3\xd4", "pcap"),
    (b"\x4d\x3c\xb2\xa1", "pcap"),
    (b"\x0a\x0d\x0d\x0a", "pcapng"),
    (b"SQLite format 3", "SQLite"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# JSON holds none of them unescaped; holes of NUL stand where a disk lost its power.
_LINE_END = re.compile(rb"[\r\n\x00]+")
_TOKEN = re.compile(rb'["\\{}\[\]\r\n]')
_BLANK = b" \t\r\n\x00,[]"


class UnreadableFile(Exception):
    """The file is of a kind that holds no EVE records, or is damaged; `str()` names it."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `number` counts lines, or the members of an array, from 1; `cut`: it was longer than allowed."""

    number: int
    line: bytes
    cut: bool


def records(source: BinaryIO) -> Iterator[Record]:
    """All records in order, empty lines left out. Raises UnreadableFile, also after some records."""
    try:
        yield from _split(source)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError, lzma.LZMAError) as problem:
        raise UnreadableFile(f"{type(problem).__name__}: {problem}") from problem


def _split(source: BinaryIO) -> Iterator[Record]:
    plain, head = _unpacked(source)
    pieces = _utf8(iter(lambda: plain.read(_PIECE), b""), _encoding(head))
    first = next(pieces, b"")
    text = _with_first(first.removeprefix(codecs.BOM_UTF8), pieces)
    start = first.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\x00")
    whole_lines = not start.startswith(b"[") and not re.match(rb"\{\s*[\r\n]", start)
    yield from _lines(text) if whole_lines else _members(text)


def _with_first(first: bytes, others: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _unpacked(source: Any) -> tuple[BinaryIO, bytes]:
    """(the plain stream, its first bytes)."""
    for _ in range(_MOST_PACKINGS):
        stream: Any = _Peekable(source)  # which reads as a file does
        head = stream.head
        for magic, name in _NAMED:
            if head.startswith(magic):
                raise UnreadableFile(name)
        if head[257:262] == b"ustar":
            raise UnreadableFile("tar")
        if head.startswith(b"\x1f\x8b"):
            source = gzip.GzipFile(fileobj=stream)
        elif head.startswith(b"\x28\xb5\x2f\xfd"):
            source = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
        elif head.startswith(b"BZh"):
            source = bz2.BZ2File(stream)
        elif head.startswith(b"\xfd7zXZ\x00"):
            source = lzma.LZMAFile(stream)  # noqa: SIM115
        else:
            return stream, head
    raise UnreadableFile("packed too often")


class _Peekable(io.RawIOBase):
    """A stream whose first bytes were looked at."""

    def __init__(self, source: BinaryIO) -> None:
        self._read = getattr(source, "read1", source.read)  # what is there, without waiting for more
        self.head = b""
        while len(self.head) < _HEAD and (piece := self._read(_HEAD - len(self.head))):
            self.head += piece
        self._waiting = self.head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._waiting[: len(buffer)] or self._read(len(buffer))
        self._waiting = self._waiting[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


def _encoding(head: bytes) -> str | None:
    """A UTF of more than one byte a letter, by its mark or by its noughts; None for what is UTF-8 or like it."""
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[0::2][:32], head[1::2][:32]
    if even and odd and not any(odd) and all(even):
        return "utf-16-le"
    if even and odd and not any(even) and all(odd):
        return "utf-16-be"
    return None


def _utf8(pieces: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    if encoding is None:
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


class _Growing:
    """A record that is being read: kept as it is up to the limit, shortened beyond."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._shortener: Shortener | None = None

    def add(self, piece: bytes) -> None:
        if self._shortener is None and self._size + len(piece) > MAX_LINE_BYTES:
            self._shortener = Shortener()
            for earlier in self._pieces:
                self._shortener.add(earlier)
            self._pieces = []
        if self._shortener is not None:
            self._shortener.add(piece)
        else:
            self._pieces.append(piece)
            self._size += len(piece)

    def record(self, number: int) -> Record:
        if self._shortener is not None:
            return Record(number, self._shortener.done(), cut=True)
        return Record(number, b"".join(self._pieces), cut=False)


def _lines(pieces: Iterable[bytes]) -> Iterator[Record]:
    """One record a line; the line ends of any system."""
    number, growing, after_return = 1, _Growing(), False
    for piece in pieces:
        position = 0
        for end in _LINE_END.finditer(piece):
            growing.add(piece[position : end.start()])
            record = growing.record(number)
            if record.line.strip():
                yield record
            growing, position = _Growing(), end.end()
            # A line end that two pieces share is one.
            shared = after_return and end.start() == 0 and end[0].startswith(b"\n")
            number += _ends(end[0]) - shared
        growing.add(piece[position:])
        after_return = piece.endswith(b"\r")
    record = growing.record(number)
    if record.line.strip():
        yield record


def _ends(text: bytes) -> int:
    """How many line ends this is, with CR LF as one."""
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def _members(pieces: Iterable[bytes]) -> Iterator[Record]:
    """The objects of an array, or objects over several lines.

    A torn one ends where the next begins at the start of a line.
    """
    scan = _Members()
    for piece in pieces:
        yield from scan.fed(piece)
    yield from scan.ended()


class _Members:
    """Finds where objects of the outermost level begin and end."""

    def __init__(self) -> None:
        self._number = 0
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._line_start = True
        self._growing = _Growing()

    def fed(self, piece: bytes) -> Iterator[Record]:
        """The records that end in this piece."""
        start = position = 0
        while match := _TOKEN.search(piece, position):
            token, at = match[0], match.start()
            self._passed(piece[position:at])
            position = match.end()
            if self._is_text(token):
                continue
            if token == b"{" and self._depth and self._line_start:
                self._growing.add(piece[start:at])
                yield from self.ended()
            if token == b"{" and not self._depth:
                start = at
            if self._closed(token):
                self._growing.add(piece[start:position])
                yield from self.ended()
        self._passed(piece[position:])
        if self._depth:
            self._growing.add(piece[start:])

    def _passed(self, text: bytes) -> None:
        """What stands between two tokens."""
        if text:
            self._escaped = False
            self._line_start &= not text.strip(b",\x00")

    def _is_text(self, token: bytes) -> bool:
        """Whether the token opens and closes nothing: a line end, or part of a string."""
        if token in b"\r\n":
            self._in_string, self._escaped, self._line_start = False, False, True
            return True
        if self._in_string:
            self._string_token(token)
            return True
        return False

    def _closed(self, token: bytes) -> bool:
        """Takes a token outside strings; whether the record ends with it."""
        self._line_start = False
        if token == b'"':
            self._in_string = True
        elif token in b"{[":
            self._depth += 1 if self._depth or token == b"{" else 0
        elif token in b"}]" and self._depth:
            self._depth -= 1
            return not self._depth
        return False

    def _string_token(self, token: bytes) -> None:
        if self._escaped:
            self._escaped = False
        elif token == b"\\":
            self._escaped = True
        elif token == b'"':
            self._in_string = False

    def ended(self) -> Iterator[Record]:
        """The record that was being read, if there is one."""
        record = self._growing.record(self._number + 1)
        self._growing, self._depth, self._in_string = _Growing(), 0, False
        if record.line.strip(_BLANK):
            self._number += 1
            yield record
