"""An order of the platform: checked, kept on the box, with the one before it to go back to."""

import base64
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sensor_agent.identity import signature_holds
from sensor_agent.isolation import Isolation, Opening, isolations_read, opening_read
from sensor_agent.spool import write_durably
from sensor_agent.suppress import Suppression, suppressions_read

MAX_FILE_BYTES = 64 * 1024 * 1024  # unpacked
_SHA256 = re.compile(r"[0-9a-f]{64}")
CURRENT, PREVIOUS = "current.json", "previous.json"


class OrderRefusedError(Exception):
    """The order is not for us, not genuine, too old, or not understood; nothing was changed."""


@dataclass(frozen=True)
class Order:
    """What the box shall do. `files`: kind → hashes of the files, in their order."""

    version: int
    expires_at: datetime
    functions: Mapping[str, bool]
    files: Mapping[str, tuple[str, ...]]
    suppressions: tuple[Suppression, ...]
    problems: tuple[str, ...] = ()  # parts of the order that are left out because they cannot be understood
    isolations: tuple[Isolation, ...] = ()  # ends by the platform's clock
    opening: Opening = field(default_factory=Opening)

    def on(self, function: str) -> bool:
        """Whether a function is switched on."""
        return bool(self.functions.get(function, True))

    def same_for_engine(self, other: "Order") -> bool:
        """Whether the engine would be told nothing new by `other`."""
        ours, theirs = ((each.functions, each.files, each.suppressions) for each in (self, other))
        return ours == theirs


def order_verify(
    manifest: bytes, signature: bytes, *, platform_key: str, device_id: str, newer_than: int, now: datetime
) -> Order:
    """Raises OrderRefusedError."""
    if not signature_holds(platform_key, base64.b64encode(signature).decode(), b"otasuke-order-v1\n" + manifest):
        raise OrderRefusedError("the signature is not the platform's")
    order, addressee = _parse(manifest)
    if addressee != device_id:
        raise OrderRefusedError("the order is for another box")
    if order.version <= newer_than:
        raise OrderRefusedError(f"order {order.version} is not newer than {newer_than}")
    if order.expires_at <= now:
        raise OrderRefusedError(f"order {order.version} expired at {order.expires_at}")
    return order


def _parse(manifest: bytes) -> tuple[Order, str]:
    try:
        content = json.loads(manifest)
        if content["format"] != 1:
            raise ValueError(f"format {content['format']}")
        suppressions, problems = suppressions_read(content["suppressions"])
        isolations, strange = isolations_read(content.get("isolations") or ())
        opening, closed = opening_read(content.get("isolation_open"))
        order = Order(
            int(content["version"]),
            datetime.fromisoformat(content["expires_at"]),
            {str(name): value is True for name, value in content["functions"].items()},
            {str(kind): tuple(_hash(each) for each in hashes) for kind, hashes in content["files"].items()},
            suppressions,
            (*problems, *strange, *closed),
            isolations,
            opening,
        )
        return order, str(content["device_id"])
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as problem:
        raise OrderRefusedError(f"not understood: {problem!r}") from problem


def _hash(text: Any) -> str:
    """A file's SHA-256; it becomes a file name. Raises ValueError."""
    if not isinstance(text, str) or not _SHA256.fullmatch(text):
        raise ValueError(f"no SHA-256: {str(text)[:80]}")
    return text


class OrderStore:
    """Orders and their files below `<state>/orders`."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "orders"
        self._files = self._folder / "files"

    def current(self) -> Order | None:
        """The order in force. It was checked when it came and is not checked again."""
        return self._read(CURRENT)

    def replace(self, manifest: bytes) -> None:
        """Put an order in force; the one before is kept to go back to."""
        self._folder.mkdir(parents=True, exist_ok=True)
        current = self._folder / CURRENT
        if current.exists():
            write_durably(self._folder / PREVIOUS, current.read_bytes())
        else:
            (self._folder / PREVIOUS).unlink(missing_ok=True)
        write_durably(current, manifest)

    def go_back(self) -> None:
        """Put the order before in force again, or none when there was none."""
        previous = self._folder / PREVIOUS
        if previous.exists():
            write_durably(self._folder / CURRENT, previous.read_bytes())
        else:
            (self._folder / CURRENT).unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Whether a file is here."""
        return (self._files / sha256).exists()

    def file_store(self, sha256: str, content: bytes) -> None:
        """Keep a fetched file. Raises OrderRefusedError when it is not what the order names."""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise OrderRefusedError("a file does not have the hash the order names")
        self._files.mkdir(parents=True, exist_ok=True)
        write_durably(self._files / sha256, content)

    def text(self, sha256: str) -> str:
        """A file's text. Raises OrderRefusedError when it is missing, broken or too large unpacked."""
        try:
            with gzip.open(self._files / sha256, "rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
        except (OSError, EOFError, zlib.error) as problem:
            raise OrderRefusedError(f"file {sha256[:12]}: {problem}") from problem
        if len(content) > MAX_FILE_BYTES:
            raise OrderRefusedError(f"file {sha256[:12]} is too large")
        return content.decode("utf-8", "replace")

    def tidy(self) -> None:
        """Remove files that neither the order in force nor the one before names."""
        if not self._files.exists():
            return
        named: set[str] = set()
        for order in (self._read(CURRENT), self._read(PREVIOUS)):
            named.update(sha256 for hashes in (order.files.values() if order else ()) for sha256 in hashes)
        for path in self._files.iterdir():
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _read(self, name: str) -> Order | None:
        try:
            return _parse((self._folder / name).read_bytes())[0]
        except (FileNotFoundError, OrderRefusedError):
            return None


def record_read(state_dir: Path) -> dict[str, Any]:
    """How the newest order went: `seen`, `state`, `detail`."""
    try:
        record = json.loads((state_dir / "orders" / "record.json").read_text(encoding="utf-8"))
        return record if isinstance(record, dict) else {}
    except (FileNotFoundError, ValueError):
        return {}


def record_write(state_dir: Path, record: Mapping[str, Any]) -> None:
    """Keep it through a restart. Raises OSError."""
    (state_dir / "orders").mkdir(parents=True, exist_ok=True)
    write_durably(state_dir / "orders" / "record.json", json.dumps(dict(record)).encode())
