"""What a file is, by its first bytes. A name or a phone's word for it decides nothing. Plain rules."""

from __future__ import annotations

from typing import Final

HEAD: Final = 4096  # bytes that are looked at
# Drawn anew (incidents.jobsheet.photos): nothing of a camera stays in them.
IMAGES: Final = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/heic", "image/avif"}
)
# May hold where they were taken, and nothing here takes that out: refused with words.
PLACE_STAYS: Final = frozenset(
    {"image/tiff", "image/raw", "image/jxl", "image/jp2", "image/psd", "video/mp4", "video/any"}
)
UNKNOWN: Final = "application/octet-stream"
MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF8", "image/gif"),
    (0, b"II*\x00", "image/tiff"),  # also most makers' raw photos (DNG, NEF, ARW, CR2)
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (0, b"IIU\x00", "image/raw"),  # Panasonic
    (0, b"IIRO", "image/raw"),  # Olympus
    (0, b"IIRS", "image/raw"),
    (0, b"FUJIFILM", "image/raw"),
    (0, b"FOVb", "image/raw"),
    (0, b"\x00MRM", "image/raw"),  # Minolta
    (6, b"HEAPCCDR", "image/raw"),  # Canon before 2004
    (0, b"II\xbc\x01", "image/raw"),  # JPEG XR
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"\x00\x00\x00\x0cJXL ", "image/jxl"),
    (0, b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"8BPS", "image/psd"),
    (0, b"\x1aE\xdf\xa3", "video/any"),  # Matroska, WebM
    (8, b"AVI ", "video/any"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/any"),  # WMV
    (0, b"FLV\x01", "video/any"),
    (0, b"\x00\x00\x01\xba", "video/any"),  # MPEG
    (0, b"\x00\x00\x01\xb3", "video/any"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"ElfFile\x00", "application/x-evtx"),  # Windows event log
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (0, b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
)
# Four letters after "ftyp": the kind of an ISO media file; any other is a film (mp4, mov, 3gp) or a raw photo (crx).
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
}

_TRANSPORT: Final = ((0, 188), (4, 192))  # MPEG-2 films, of camcorders too: each packet has a G at its beginning


def media_type(head: bytes) -> str:
    """Type of a file that begins with these bytes; text without control characters is text, all else unknown."""
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):  # QuickTime films without that mark
        return "video/mp4"
    for place, magic, kind in MAGIC:
        if head[place : place + len(magic)] == magic:
            return kind
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    if head and _is_text(head):
        return "text/plain"
    film = any(head[first::packet][:3] == b"GGG" for first, packet in _TRANSPORT)
    return "video/any" if film else UNKNOWN


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
