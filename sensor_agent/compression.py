"""Compression of a batch: zstd where Debian's python3-zstandard is installed, else gzip."""

import contextlib
import zlib
from typing import Any

zstandard: Any = None
with contextlib.suppress(ImportError):  # optional on the box
    import zstandard

_compressor: Any = None


def compress(plain: bytes) -> tuple[bytes, str]:
    """(compressed bytes, Content-Encoding). The zstd frame names its plain size."""
    global _compressor
    if zstandard is None:
        deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
        return deflate.compress(plain) + deflate.flush(), "gzip"
    if _compressor is None:
        _compressor = zstandard.ZstdCompressor(level=3)
    return _compressor.compress(plain), "zstd"
