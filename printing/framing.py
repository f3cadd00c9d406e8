"""How the platform and its printing process talk: 8 bytes length, then the content."""

from __future__ import annotations

import struct
from typing import IO, Final

HEADER: Final = struct.Struct(">Q")


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame's content; None when the other side has closed."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    (length,) = HEADER.unpack(head)
    content = stream.read(length)
    return content if len(content) == length else None


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Send a frame."""
    stream.write(HEADER.pack(len(content)) + content)
    stream.flush()
