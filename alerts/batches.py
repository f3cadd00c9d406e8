"""A batch on the wire: its headers, its caps, its lines. Plain functions on plain data (docs/intake-protocol.md)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import zstandard

from sensors.signing import Malformed, uuid_header, whole_header

MOST_COMPRESSED_BYTES = 2 * 1024 * 1024
MOST_PLAIN_BYTES = 16 * 1024 * 1024
MOST_LINES = 5000
MOST_LINE_BYTES = 64 * 1024
ENCODINGS = ("zstd", "gzip")
_HIGHEST_EPOCH = 2**31 - 1
_HIGHEST_SEQ = 10**17
# One compressed block of four bytes may stand for 128 KiB: fed in small pieces, output is counted in time.
_PIECE = 512
_UNPACKED_PIECE = 1024 * 1024


class TooLarge(Exception):
    """More than a cap allows; `str()` names the cap."""


class UnknownEncoding(Exception):
    """Neither zstd nor gzip."""


@dataclass(frozen=True)
class BatchHeader:
    """What the signed headers say of a batch. Line i (from 0) has the sequence number first_seq + i."""

    batch_id: UUID
    epoch: int
    first_seq: int
    line_count: int
    encoding: str


def header_read(headers: Mapping[str, str]) -> BatchHeader:
    """From headers by lower-case name. Raises Malformed, TooLarge or UnknownEncoding."""
    batch_id = uuid_header(headers, "otasuke-batch")
    if batch_id.version != 7:
        raise Malformed("Otasuke-Batch must be a UUID of version 7")
    first = whole_header(headers, "otasuke-first-seq", lowest=0, highest=_HIGHEST_SEQ)
    last = whole_header(headers, "otasuke-last-seq", lowest=0, highest=_HIGHEST_SEQ)
    count = whole_header(headers, "otasuke-count", lowest=1)
    if last - first + 1 != count:
        raise Malformed("Otasuke-Count does not fit first and last sequence number")
    if count > MOST_LINES:
        raise TooLarge(f"{count} lines announced, at most {MOST_LINES} are taken")
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise UnknownEncoding("Content-Encoding must be zstd or gzip")
    epoch = whole_header(headers, "otasuke-epoch", lowest=1, highest=_HIGHEST_EPOCH)
    return BatchHeader(batch_id, epoch, first, count, encoding)


def content_check(body: bytes, header: BatchHeader) -> None:
    """Whether the body holds the announced lines within the caps. Lines are counted while they come out of the
    packing, never kept: a few kilobytes may stand for millions of lines.

    Raises Malformed or TooLarge.
    """
    ended = 0
    unended = 0  # bytes of the line whose end has not come yet
    for piece in _pieces(body, header.encoding):
        ended += piece.count(b"\n")
        if ended + bool(unended) > MOST_LINES + 1:
            raise TooLarge(f"more than {MOST_LINES} lines")
        unended = _line_lengths_check(piece, unended)
    lines = ended + bool(unended)
    if lines > MOST_LINES:
        raise TooLarge(f"{lines} lines, at most {MOST_LINES} are taken")
    if lines != header.line_count:
        raise Malformed(f"{header.line_count} lines announced, {lines} found")


def _line_lengths_check(piece: bytes, unended: int) -> int:
    """→ bytes of the piece's last line, which may go on in the next. `unended`: bytes it goes on from."""
    start = 0
    while (end := piece.find(b"\n", start)) >= 0:
        _length_check(unended + end - start)
        start, unended = end + 1, 0
    unended += len(piece) - start
    _length_check(unended)
    return unended


def _length_check(length: int) -> None:
    if length > MOST_LINE_BYTES:
        raise TooLarge(f"a line of {length} bytes, at most {MOST_LINE_BYTES} are taken")


def lines_of(plain: bytes) -> list[bytes]:
    """The lines without their ends; the last may lack its end."""
    lines = plain.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def plain_of(body: bytes, encoding: str) -> bytes:
    """The uncompressed bytes, counted while they come out. Raises Malformed or TooLarge."""
    return b"".join(_pieces(body, encoding))


def _pieces(body: bytes, encoding: str) -> Iterator[bytes]:
    """The uncompressed bytes bit by bit. Raises Malformed or TooLarge."""
    size = 0
    for piece in _zstd_pieces(body) if encoding == "zstd" else _gzip_pieces(body):
        size += len(piece)
        if size > MOST_PLAIN_BYTES:
            raise TooLarge(f"more than {MOST_PLAIN_BYTES} bytes when unpacked")
        yield piece


def _zstd_pieces(body: bytes) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=MOST_PLAIN_BYTES).decompressobj()
    try:
        for start in range(0, len(body), _PIECE):
            if decompressor.eof:
                raise Malformed("bytes after the end of the zstd frame")
            yield decompressor.decompress(body[start : start + _PIECE])
    except zstandard.ZstdError as problem:
        raise Malformed(f"not a zstd frame: {problem}"[:200]) from None
    if not decompressor.eof or decompressor.unused_data:
        raise Malformed("the zstd frame ends too early or too late")


def _gzip_pieces(body: bytes) -> Iterator[bytes]:
    decompressor = zlib.decompressobj(wbits=31)
    try:
        rest = body
        while rest and not decompressor.eof:
            yield decompressor.decompress(rest, _UNPACKED_PIECE)
            rest = decompressor.unconsumed_tail
    except zlib.error as problem:
        raise Malformed(f"not gzip: {problem}"[:200]) from None
    if not decompressor.eof or decompressor.unused_data:
        raise Malformed("the gzip member ends too early or too late")
