"""Asks clamd about a file that came from outside, by INSTREAM: the file itself never becomes readable to clamd's user.

CLAMD_ADDRESS is a unix socket's path or host:port; empty: this installation has no scanner, and files are marked so.
"""

from __future__ import annotations

import logging
import socket
import struct
from contextlib import suppress
from typing import IO, Final

from django.conf import settings

CHUNK: Final = 1 << 16
SECONDS: Final = 60.0
_log = logging.getLogger(__name__)


class ScannerSilent(RuntimeError):
    """The scanner that should answer does not; the file may be tried again."""


class ScannerSmall(ScannerSilent):
    """The scanner takes no files of this size: an operator has to raise its limit."""


def scanner_there() -> bool:
    """Whether this installation has a scanner."""
    return bool(settings.CLAMD_ADDRESS)


def virus_in(file: IO[bytes]) -> str | None:
    """The name of what was found, or None for a clean file. Raises ScannerSilent, of which ScannerSmall is one."""
    try:
        with _connected(settings.CLAMD_ADDRESS) as connection:
            # clamd hangs up in the middle of a file that is too large for it, and says so first.
            with suppress(BrokenPipeError, ConnectionResetError):
                _stream(file, connection)
            told = _answer(connection)
    except OSError as error:
        raise ScannerSilent(f"{type(error).__name__}: {error}") from error
    if told.endswith(" FOUND"):
        return told.removeprefix("stream: ").removesuffix(" FOUND")
    if told.endswith(": OK"):
        return None
    if "size limit exceeded" in told:
        _log.error("clamd refuses a file by its size: set its StreamMaxLength to 110M (ops/docker/clamd.conf)")
        raise ScannerSmall(told)
    raise ScannerSilent(told or "no answer")


def _stream(file: IO[bytes], connection: socket.socket) -> None:
    connection.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        connection.sendall(struct.pack("!I", len(chunk)) + chunk)
    connection.sendall(struct.pack("!I", 0))


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and (part := connection.recv(4096)):
        answer += part
    return answer.rstrip(b"\0").decode(errors="replace")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        connection.connect(address)
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
