"""What a scanner calls clean without having seen it all: locked, cut off, or packed in a way it does not know.

clamd says so of most locked archives, but not of Office documents with a password, of cut archives, nor of ways of
packing it cannot undo (RAR in Debian's package, Zstandard, LZMA or PPMd within ZIP). Looked at from outside, and at
Office documents in a ZIP: what lies deeper is clamd's to say.

The box's agent and the platform hold the same text (sensor_agent/unseen.py, incidents/unseen.py): neither may need the
other.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

ENCRYPTED, INCOMPLETE, TOO_LARGE, UNKNOWN = "encrypted", "incomplete", "too_large", "unknown_packing"
_UNKNOWN = (
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"LZIP",
    b"MSWIM\0\0\0",
    b"vhdxfile",
    b"conectix",
)
_ZIP_BEGINS = (b"PK\3\4", b"PK\5\6", b"PK\7\x08PK", b"PK00PK")
_ZIP_KNOWN = frozenset({0, 6, 8, 9, 12})  # stored, imploded, deflated (64), bzip2
_ZIP_READ = frozenset({0, 8, 12})
_ZIP_DIRECTORY = 4 * 1024 * 1024
# More than clamd looks at, too. The library unpacks no more of a member than it declares.
_ZIP_UNPACKED = 512 * 1024 * 1024
_ZIP_END = 22 + 65535
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PIECE, _OVERLAP = 1 << 20, 1 << 10
# A stream of that name in the directory of an Office document: what a password locks (ECMA-376; PowerPoint 97).
_LOCKED_STREAM = re.compile(
    b"|".join(re.escape(name.encode("utf-16-le").ljust(64, b"\0")) for name in ("EncryptedPackage", "EncryptedSummary"))
)
# Excel 97: a workbook's begin, perhaps write-protected, then FILEPASS. Word 97: the head of the document.
_LOCKED_BOOK = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
_WORD = re.compile(rb"\xec\xa5.{9}(.)", re.DOTALL)


def unseen(file: IO[bytes]) -> str | None:
    """Why a scanner cannot have seen all of a file, None when it can. The file is read from its beginning."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    head = file.read(64)
    if head.startswith(_UNKNOWN) or head[7:14] == b"**ACE**":
        return UNKNOWN
    if head.startswith(_ZIP_BEGINS):
        return _zip(file, head, size)
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return INCOMPLETE if len(head) < 32 or 32 + sum(struct.unpack_from("<QQ", head, 12)) > size else None
    if head.startswith(b"\xfd7zXZ\0"):
        file.seek(max(0, size - 64))
        return None if file.read().rstrip(b"\0").endswith(b"YZ") else INCOMPLETE
    return _office(file) if head.startswith(_OLE) else None


def _zip(file: IO[bytes], head: bytes, size: int) -> str | None:
    file.seek(max(0, size - _ZIP_END))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if 0 <= end <= len(tail) - 22 and struct.unpack_from("<I", tail, end + 12)[0] > _ZIP_DIRECTORY:
        return TOO_LARGE
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > _ZIP_UNPACKED:
                return TOO_LARGE
            locked = any(member.flag_bits & 1 or _locked_within(archive, member) for member in members)
    except Exception:  # the library raises what it likes on what is no archive
        return ENCRYPTED if head[6:7] and head[6] & 1 else INCOMPLETE
    if locked:
        return ENCRYPTED
    return None if all(member.compress_type in _ZIP_KNOWN for member in members) else UNKNOWN


def _locked_within(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a member is an Office document with a password; one that cannot be read is clamd's to judge."""
    if member.compress_type not in _ZIP_READ:
        return False
    with suppress(Exception), archive.open(member) as inner:
        return inner.read(len(_OLE)) == _OLE and _office(inner) is not None
    return False


def _office(file: IO[bytes]) -> str | None:
    """Whether an Office document has a password. Streams begin at multiples of 64 bytes."""
    for at, piece in _pieces(file):
        if _LOCKED_STREAM.search(piece):
            return ENCRYPTED
        if any(not (at + mark.start()) % 64 for mark in _LOCKED_BOOK.finditer(piece)):
            return ENCRYPTED
        if any(not (at + mark.start()) % 512 and mark[1][0] & 1 for mark in _WORD.finditer(piece)):
            return ENCRYPTED
    return None


def _pieces(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """(where it begins, piece); each begins with the end of the one before."""
    at, before = 0, b""
    file.seek(0)
    while piece := file.read(_PIECE):
        yield at - len(before), before + piece
        at += len(piece)
        before = piece[-_OVERLAP:]
