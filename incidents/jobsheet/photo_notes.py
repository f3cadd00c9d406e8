"""What a camera or a program wrote into a photo beside its pixels, left out without decoding anything. Plain rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"})
_SCAN: Final = 0xDA  # JPEG: from here on come pixels
_WHOLE_ADOBE: Final = 12  # bytes of the note that says how colours are stored


def without_notes(data: bytes) -> bytes:
    """A JPEG or PNG with its pixels and how it was held; anything else as it is."""
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd8" + b"".join(_jpeg_parts(data))
    if data.startswith(PNG):
        return PNG + b"".join(_png_parts(data))
    return data


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SCAN:
        if data[at + 1] == 0xFF:  # filling
            at += 1
            continue
        end = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
        if not _is_jpeg_note(data[at + 1], data[at + 4 : end]):
            yield data[at:end]
        at = end
    yield data[at:]


def _is_jpeg_note(marker: int, content: bytes) -> bool:
    if content.startswith(b"Exif\0\0") or (marker == 0xEE and len(content) >= _WHOLE_ADOBE):
        return False
    return 0xE0 <= marker <= 0xEF or marker == 0xFE


def _png_parts(data: bytes) -> Iterator[bytes]:
    at = len(PNG)
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] in _PNG_KEPT:
            yield data[at:end]
        at = end
