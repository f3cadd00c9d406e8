"""The platform's own Ed25519 key: signs the time it tells boxes and the heads of the audit chain.

Made on first use in PLATFORM_KEY_FILE (0600). `rotate` replaces it: the old key signs a statement naming the new one,
which lies beside it in `<file>.rotations` for ever. Whoever knows an old public key (a box, an auditor) follows the
statements to the new one; heads signed by an old key go on verifying.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings


class BrokenRotations(RuntimeError):
    """The statements do not lead to the key in use: a file was lost or exchanged."""


@dataclass(frozen=True)
class Rotation:
    """`old` says that `new` signs from `at` on. Keys and signature in base64, time in ISO 8601 UTC."""

    old: str
    new: str
    at: str
    signature: str

    def holds(self) -> bool:
        """Whether the old key signed it."""
        return _signed(base64.b64decode(self.old), self.signature, rotation_message(self.old, self.new, self.at))


@dataclass(frozen=True)
class KnownKey:
    """A public key of this platform; `until` None: in use."""

    public: bytes
    until: datetime | None


def rotation_message(old: str, new: str, at: str) -> bytes:
    """What the old key signs (docs/intake-protocol.md)."""
    return f"otasuke-rotation-v1\n{old}\n{new}\n{at}\n".encode()


def private_key() -> Ed25519PrivateKey:
    """The key in use, made when there is none yet; a rotation by another process is noticed."""
    path = _path()
    if not path.exists():
        _make(path)
    state = path.stat()
    return _load(path, state.st_mtime_ns, state.st_ino)


def public_bytes() -> bytes:
    """Its public half, 32 bytes."""
    return _public(private_key())


def key_id() -> str:
    """A short name of the key: the first 16 hexadecimal digits of its SHA-256."""
    return _id(public_bytes())


def rotations() -> list[Rotation]:
    """Every statement, oldest first. Raises BrokenRotations when they do not lead to the key in use."""
    current = private_key()
    try:
        lines = _statements(_path()).read_text().splitlines()
    except FileNotFoundError:
        return []
    statements = [Rotation(**json.loads(line)) for line in lines]
    # A rotation that was killed has its statement written and the new key not yet in place.
    if statements and _next(_path()).exists() and base64.b64decode(statements[-1].old) == _public(current):
        statements = statements[:-1]
    followers = [*(rotation.old for rotation in statements), _text(_public(current))][1:]
    for rotation, follower in zip(statements, followers, strict=True):
        if not rotation.holds() or rotation.new != follower:
            raise BrokenRotations(f"the statement of {rotation.at} does not lead to the next key")
    return statements


def known_keys() -> dict[str, KnownKey]:
    """Every key this platform ever signed with, by its short name. Raises BrokenRotations."""
    old = {_id(public): KnownKey(public, datetime.fromisoformat(r.at)) for r in rotations() for public in [_bytes(r)]}
    return {**old, key_id(): KnownKey(public_bytes(), None)}


def rotate(*, now: datetime) -> Rotation:
    """Replace the key. A rotation that was killed half-way is finished, not begun again."""
    path = _path()
    private_key()
    with _alone(path):
        current = private_key()
        if not _next(path).exists():
            _make(_next(path))
        new = _read(_next(path))
        statements = _statements(path).read_text().splitlines() if _statements(path).exists() else []
        last = Rotation(**json.loads(statements[-1])) if statements else None
        if last is None or last.new != _text(_public(new)):
            last = _stated(current, new, now)
            _append(_statements(path), json.dumps(asdict(last)))
        _next(path).replace(path)
        _sync(path.parent)
    return last


def _stated(old: Ed25519PrivateKey, new: Ed25519PrivateKey, now: datetime) -> Rotation:
    names = _text(_public(old)), _text(_public(new)), now.astimezone(UTC).isoformat(timespec="seconds")
    return Rotation(*names, base64.b64encode(old.sign(rotation_message(*names))).decode())


def _signed(public: bytes, signature: str, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _path() -> Path:
    return Path(str(settings.PLATFORM_KEY_FILE))


def _next(path: Path) -> Path:
    return path.with_name(path.name + ".next")


def _statements(path: Path) -> Path:
    return path.with_name(path.name + ".rotations")


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _bytes(rotation: Rotation) -> bytes:
    return base64.b64decode(rotation.old)


def _text(public: bytes) -> str:
    return base64.b64encode(public).decode()


def _id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


@lru_cache(maxsize=4)
def _load(path: Path, changed_ns: int, inode: int) -> Ed25519PrivateKey:
    return _read(path)


def _read(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key


def _make(path: Path) -> None:
    """Several web processes may start at once: each writes a whole file, the first link() wins, all read that one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".platform-key-")
    try:
        with os.fdopen(descriptor, "wb") as file:  # mkstemp made it 0600
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(name)


def _append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One rotation at a time, or two would each name a key. The lock is on the directory and ends with the process."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
