"""clamd: its configuration, and scanning a file by INSTREAM over its unix socket."""

import socket
import struct
from pathlib import Path

from sensor_agent.config import ClamdConfig

CHUNK_BYTES = 1 << 16
_UNSIGNED_SUFFIX = ".UNOFFICIAL"


class ScanError(Exception):
    """clamd is not there or could not scan; the file may be tried again."""


def configuration_text(config: ClamdConfig, max_file_bytes: int) -> str:
    """clamd.conf for the box; one database reload at a time keeps memory under 2 GiB."""
    lines = [
        f"LocalSocket {config.socket}",
        "LocalSocketMode 600",
        "FixStaleSocket yes",
        "Foreground yes",
        f"DatabaseDirectory {config.database_dir}",
        f"StreamMaxLength {max_file_bytes}",
        f"MaxFileSize {max_file_bytes}",
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
    def __init__(self, path: Path, timeout_s: float = 60.0) -> None:
        self._path = path
        self._timeout_s = timeout_s

    def ready(self) -> bool:
        try:
            return self._converse(b"zPING\0", None) == "PONG"
        except ScanError:
            return False

    def scan(self, path: Path) -> str | None:
        """The signature's name, or None for a clean file. Raises ScanError, FileNotFoundError."""
        answer = self._converse(b"zINSTREAM\0", path)
        if answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND").removesuffix(_UNSIGNED_SUFFIX)
        if answer.endswith(": OK"):
            return None
        raise ScanError(answer)

    def _converse(self, command: bytes, path: Path | None) -> str:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self._timeout_s)
                connection.connect(str(self._path))
                connection.sendall(command)
                if path is not None:
                    _stream(connection, path)
                received = b""
                while not received.endswith(b"\0"):
                    part = connection.recv(4096)
                    if not part:
                        break
                    received += part
        except FileNotFoundError:
            if path is not None and not path.exists():
                raise
            raise ScanError("clamd is not running") from None
        except OSError as problem:
            raise ScanError(f"{type(problem).__name__}: {problem}") from problem
        return received.rstrip(b"\0").decode("utf-8", "replace")


def _stream(connection: socket.socket, path: Path) -> None:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            connection.sendall(struct.pack("!I", len(chunk)) + chunk)
    connection.sendall(struct.pack("!I", 0))
