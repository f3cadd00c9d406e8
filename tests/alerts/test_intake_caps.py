"""No batch makes the platform unpack more than its caps allow."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import uuid

import pytest
import zstandard

from alerts.batches import (
    MOST_COMPRESSED_BYTES,
    MOST_LINE_BYTES,
    MOST_LINES,
    MOST_PLAIN_BYTES,
    BatchHeader,
    TooLarge,
    content_check,
    lines_of,
    plain_of,
)
from sensors.signing import Malformed
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, packed

GIB = 1024**3


def _zeros(encoding: str, size: int) -> bytes:
    """A bomb: `size` zeros in a few kilobytes; zstd names the size in its frame, as a careful sender does."""
    piece = bytes(1024 * 1024)
    if encoding == "gzip":
        return gzip.compress(b"".join([piece] * (size // len(piece))), 9)
    compressor = zstandard.ZstdCompressor(write_content_size=True).compressobj(size=size)
    return b"".join([compressor.compress(piece) for _ in range(size // len(piece))] + [compressor.flush()])


@pytest.mark.parametrize(("encoding", "size"), [("zstd", GIB), ("gzip", 256 * 1024 * 1024)])
def test_a_bomb_is_413_and_takes_little_memory(cast: Cast, encoding: str, size: int) -> None:
    sender = Sender(cast.sakura_box)
    bomb = _zeros(encoding, size)
    assert len(bomb) < MOST_COMPRESSED_BYTES
    tracemalloc.start()
    with pytest.raises(TooLarge):
        plain_of(bomb, encoding)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * MOST_PLAIN_BYTES
    answer = sender.post("/api/v1/batches", bomb, sender.batch_headers(bomb, 1), **{"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_a_frame_that_wants_a_huge_window_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = compressor.compress(b"{}\n" * 10) + compressor.flush()
    with pytest.raises(Malformed):
        plain_of(body, "zstd")


def test_a_long_body_is_refused_before_it_is_read(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    body = bytes(MOST_COMPRESSED_BYTES + 1)
    answer = sender.post("/api/v1/batches", body, sender.batch_headers(body, 1), **{"Content-Encoding": "zstd"})
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_lines_and_their_length_are_capped_exactly(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    longest = b"x" * MOST_LINE_BYTES
    assert sender.batch([longest]).status_code == 202
    assert sender.batch([longest + b"x"]).status_code == 413
    assert sender.batch([b"{}"] * MOST_LINES).status_code == 202
    assert sender.batch([b"{}"] * (MOST_LINES + 1)).status_code == 413


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_torn_and_trailing_bytes_are_malformed(encoding: str) -> None:
    good = packed([alert_line()] * 50, encoding)
    assert len(lines_of(plain_of(good, encoding))) == 50
    for bad in (good[:-3], good[: len(good) // 2], good + b"tail", good + good, b"", b"plain text"):
        with pytest.raises(Malformed):
            plain_of(bad, encoding)


def test_the_last_line_may_lack_its_end() -> None:
    assert lines_of(b"a\nb") == lines_of(b"a\nb\n") == [b"a", b"b"]
    assert lines_of(b"a\n\n") == [b"a", b""]


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_millions_of_two_letter_lines_are_counted_without_being_kept(encoding: str) -> None:
    body = packed([b"{}"] * 5_000_000, encoding)
    assert len(body) < 64 * 1024
    header = BatchHeader(uuid.uuid4(), 1, 0, 5000, encoding)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        content_check(body, header)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * MOST_PLAIN_BYTES


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_the_largest_batch_is_checked_without_being_kept(encoding: str) -> None:
    body = packed([os.urandom(16).hex().encode() * 100] * MOST_LINES, encoding)
    tracemalloc.start()
    content_check(body, BatchHeader(uuid.uuid4(), 1, 0, MOST_LINES, encoding))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * MOST_PLAIN_BYTES
    with pytest.raises(Malformed):
        content_check(body, BatchHeader(uuid.uuid4(), 1, 0, MOST_LINES - 1, encoding))


def test_a_line_that_goes_over_many_pieces_is_measured_whole() -> None:
    body = packed([os.urandom(MOST_LINE_BYTES).replace(b"\n", b" ")] * 3)
    content_check(body, BatchHeader(uuid.uuid4(), 1, 0, 3, "zstd"))
    longer = packed([b"", os.urandom(MOST_LINE_BYTES + 1).replace(b"\n", b" "), b""])
    with pytest.raises(TooLarge):
        content_check(longer, BatchHeader(uuid.uuid4(), 1, 0, 3, "zstd"))
