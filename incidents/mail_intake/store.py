"""Where mails lie as they came: below PRIVATE_MEDIA_ROOT, under the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


class Tampered(RuntimeError):
    """What lies on the disk is not what was stored, or nothing does."""


def keep(raw: bytes) -> str:
    """Store a mail, on the disk before this returns; → its SHA-256. Storing it again changes nothing."""
    sha256 = hashlib.sha256(raw).hexdigest()
    target = _path(sha256)
    if target.exists():
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o440)
    Path(file.name).replace(target)
    _sync(target.parent)
    return sha256


def kept(sha256: str) -> bytes:
    """A stored mail. Raises Tampered."""
    try:
        raw = _path(sha256).read_bytes()
    except OSError as error:
        raise Tampered(sha256) from error
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise Tampered(sha256)
    return raw


def _path(sha256: str) -> Path:
    return Path(settings.PRIVATE_MEDIA_ROOT) / "mail" / sha256[:2] / sha256


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
