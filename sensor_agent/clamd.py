"""clamd: its configuration, and scanning a file by INSTREAM over its unix socket."""

import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sensor_agent.config import ClamdConfig
from sensor_agent.unseen import unseen

CHUNK_BYTES = 1 << 16
_UNSIGNED_SUFFIX = ".UNOFFICIAL"


MAX_SCAN_S = 120  # clamd's own limit for one file
PATIENCE_S = MAX_SCAN_S + 60.0  # ours is longer: it answers first
PING_S = 10.0
LONGEST_ANSWER = 4096
# clamd's names for what it could not look into (AlertEncrypted*, AlertExceedsMax), and ours.
_UNEXAMINED = (
    ("Heuristics.Encrypted.", "encrypted"),
    ("Heuristics.Limits.Exceeded.MaxScanTime", "too_slow"),
    ("Heuristics.Limits.Exceeded", "too_large"),
)


class ScanError(Exception):
    """clamd could not scan this file; it may be tried again."""


class NotThereError(ScanError):
    """clamd is not running: no file can be scanned now."""


class TooSlowError(ScanError):
    """clamd did not answer within our patience."""


@dataclass(frozen=True)
class Verdict:
    """What clamd says of a file: `signature` names what it found, `unexamined` why it could not look into it.

    Without either the file is clean.
    """

    signature: str | None = None
    unexamined: str | None = None


def verdict_read(answer: str) -> Verdict:
    """From an answer to INSTREAM. Raises ScanError for one that is no verdict."""
    if answer.endswith(" FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND").removesuffix(_UNSIGNED_SUFFIX)
        reason = next((reason for begin, reason in _UNEXAMINED if name.startswith(begin)), None)
        return Verdict(unexamined=reason) if reason else Verdict(signature=name)
    if answer.endswith(": OK"):
        return Verdict()
    if "size limit exceeded" in answer:
        return Verdict(unexamined="too_large")
    raise ScanError(answer[:200])


def configuration_text(config: ClamdConfig, max_file_bytes: int) -> str:
    """clamd.conf for the box; one database reload at a time keeps memory under 2 GiB."""
    lines = [
        f"LocalSocket {config.socket}",
        "LocalSocketMode 600",
        "FixStaleSocket yes",
        "Foreground yes",
        f"DatabaseDirectory {config.database_dir}",
        f"StreamMaxLength {max_file_bytes}",
        # What an archive unpacks to; beyond these limits clamd says that it did not look, and never "OK". It cuts a
        # member at MaxFileSize silently, so the limit of the sum, which it reports, must be reached first.
        "MaxFileSize 200M",
        "MaxScanSize 100M",
        f"MaxScanTime {MAX_SCAN_S * 1000}",
        "AlertExceedsMax yes",
        "AlertEncrypted yes",
        "AlertEncryptedArchive yes",
        "AlertEncryptedDoc yes",
        "ConcurrentDatabaseReload no",
        "MaxThreads 2",
        "OfficialDatabaseOnly no",
    ]
    if config.user:
        lines.append(f"User {config.user}")
    return "\n".join(lines) + "\n"


def command_line(config: ClamdConfig, configuration: Path) -> list[str]:
    return [config.binary, "--foreground", "-c", str(configuration)]


class Clamd:
    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self._path = path
        self._patience_s = patience_s

    def ready(self) -> bool:
        try:
            return self._converse(b"zPING\0", None, PING_S) == "PONG"
        except ScanError:
            return False

    def scan(self, path: Path) -> Verdict:
        """Raises ScanError, FileNotFoundError."""
        verdict = verdict_read(self._converse(b"zINSTREAM\0", path, self._patience_s))
        if verdict != Verdict():
            return verdict
        with path.open("rb") as file:
            return Verdict(unexamined=unseen(file))

    def _converse(self, command: bytes, path: Path | None, patience_s: float) -> str:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            until = time.monotonic() + patience_s  # of all of it: one letter now and then is no answer either
            connection.settimeout(patience_s)
            try:
                connection.connect(str(self._path))
            except OSError as problem:
                raise NotThereError(f"clamd is not running: {problem}") from None
            try:
                connection.sendall(command)
                if path is not None:
                    _stream(connection, path, until)
                received = _answer(connection, until)
            except FileNotFoundError:
                raise
            except TimeoutError:
                raise TooSlowError(f"no answer within {patience_s:.0f} s") from None
            except OSError as problem:
                raise ScanError(f"{type(problem).__name__}: {problem}") from problem
        return received.partition(b"\0")[0].decode("utf-8", "replace")


def _answer(connection: socket.socket, until: float) -> bytes:
    received = b""
    while b"\0" not in received and len(received) < LONGEST_ANSWER:
        _time_left(connection, until)
        part = connection.recv(LONGEST_ANSWER)
        if not part:
            break
        received += part
    return received


def _time_left(connection: socket.socket, until: float) -> None:
    """Raises TimeoutError when there is none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def _stream(connection: socket.socket, path: Path, until: float) -> None:
    with path.open("rb") as file, suppress(BrokenPipeError, ConnectionResetError):  # it answers before the end
        while chunk := file.read(CHUNK_BYTES):
            _time_left(connection, until)
            connection.sendall(struct.pack("!I", len(chunk)) + chunk)
        connection.sendall(struct.pack("!I", 0))
