"""What a file is, by its first bytes. A name or a phone's word for it decides nothing. Plain rules."""

from __future__ import annotations

from typing import Final

HEAD: Final = 4096  # bytes that are looked at
IMAGES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
UNKNOWN: Final = "application/octet-stream"
MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF8", "image/gif"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"ElfFile\x00", "application/x-evtx"),  # Windows event log
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (0, b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
)


def media_type(head: bytes) -> str:
    """Type of a file that begins with these bytes; text without control characters is text, all else unknown."""
    for place, magic, kind in MAGIC:
        if head[place : place + len(magic)] == magic:
            return kind
    return "text/plain" if head and _is_text(head) else UNKNOWN


def shown_inline(kind: str) -> bool:
    """Whether a browser may show it in place; anything else is only ever saved."""
    return kind in IMAGES


def _is_text(head: bytes) -> bool:
    for encoding in ("utf-8", "cp932", "utf-16"):
        try:
            # A character may be cut at the end of what was read.
            text = head[: len(head) // 2 * 2 - 8 if len(head) == HEAD else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-16" and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        return not any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text)
    return False
