"""Where evidence lies: below PRIVATE_MEDIA_ROOT, per firm, under the SHA-256 of its content. No web server reaches it.

A file's name is its content's hash, so nothing is ever overwritten with something else, and a change on disk shows.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from django.conf import settings

CHUNK: Final = 1 << 16


class Tampered(RuntimeError):
    """What lies on the disk is not what was stored."""


class Missing(Tampered):
    """It does not lie there at all."""


def incoming_path(tenant_id: int, key: uuid.UUID) -> Path:
    """Where an upload grows."""
    return _made(Path(settings.PRIVATE_MEDIA_ROOT) / "incoming" / str(tenant_id)) / str(key)


def lock_path() -> Path:
    """Held by the worker of this machine that checks files."""
    return _made(Path(settings.PRIVATE_MEDIA_ROOT) / "incoming") / "checking.lock"


def stored_path(tenant_id: int, sha256: str) -> Path:
    """Where a stored file lies."""
    return Path(settings.PRIVATE_MEDIA_ROOT) / "evidence" / str(tenant_id) / sha256[:2] / sha256


def append(path: Path, offset: int, source: IO[bytes], length: int, *, most: int) -> int:
    """Write up to `most` bytes of `source` at `offset` (cutting off what lies behind); → bytes now on disk, synced."""
    with path.open("r+b" if path.exists() else "x+b") as file:
        file.truncate(offset)
        file.seek(offset)
        left = min(length, most)
        while left and (chunk := source.read(min(CHUNK, left))):
            file.write(chunk)
            left -= len(chunk)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def keep(path: Path, tenant_id: int) -> str:
    """Put a finished file into the store, read-only; → its SHA-256. Keeping it again changes nothing.

    The file stays where it was, too, until the row that names it is committed: a killed worker begins again.
    """
    sha256 = sha256_of(path)
    target = stored_path(tenant_id, sha256)
    _made(target.parent)
    path.chmod(0o440)
    if not target.exists():
        os.link(path, target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return sha256


def opened(tenant_id: int, sha256: str) -> IO[bytes]:
    """A stored file to read, once its content has been compared with its hash. Raises Tampered.

    The very file that was read is given, so it cannot be exchanged in between.
    """
    try:
        file = stored_path(tenant_id, sha256).open("rb")
    except OSError as error:
        raise Missing(sha256) from error
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    if digest.hexdigest() != sha256:
        file.close()
        raise Tampered(sha256)
    file.seek(0)
    return file


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """A file's content in pieces; closes it."""
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    return directory
