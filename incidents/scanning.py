"""Asks clamd about a file that came from outside, by INSTREAM: the file itself never becomes readable to clamd's user.

CLAMD_ADDRESS is a unix socket's path or host:port; empty: this installation has no scanner, and files are marked so.
clamd says of a locked or oversized file only with AlertEncrypted and AlertExceedsMax that it did not look into it;
without them it calls such a file clean (ops/docker/clamd.conf sets both). What it calls clean all the same, `unseen`
looks at.
"""

from __future__ import annotations

import logging
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Final

from django.conf import settings

from incidents.unseen import unseen

CHUNK: Final = 1 << 16
# Longer than clamd takes at most (MaxScanTime, 120 s as it comes): a verdict always comes before we stop waiting.
SECONDS: Final = 150.0
LONGEST_ANSWER: Final = 4096
# clamd's names for "I could not see all of it": a password, or one of its limits of size, depth, number or time.
UNSEEN: Final = ("Heuristics.Encrypted.", "Heuristics.Limits.Exceeded")
_log = logging.getLogger(__name__)


class ScanVerdict(StrEnum):
    """What the scanner says of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_LOOKED_INTO = "not_looked_into"


@dataclass(frozen=True)
class Scan:
    """A verdict; `name` is the signature that matched, or clamd's word for why it could not look inside."""

    verdict: ScanVerdict
    name: str = ""


class ScannerSilent(RuntimeError):
    """The scanner that should answer does not; the file may be tried again."""


class ScanFailed(ScannerSilent):
    """The scanner is there and gave no verdict on this file. Tries are counted: it may never give one."""


class ScannerSmall(ScanFailed):
    """The scanner takes no files of this size: an operator has to raise its limit."""


def scanner_there() -> bool:
    """Whether this installation has a scanner."""
    return bool(settings.CLAMD_ADDRESS)


def scan(file: IO[bytes]) -> Scan:
    """The scanner's verdict on a file.

    Raises ScannerSilent when there is nobody to ask, ScanFailed when no verdict on this file came.
    """
    try:
        connection = _connected(settings.CLAMD_ADDRESS)
    except OSError as error:
        raise ScannerSilent(f"{type(error).__name__}: {error}") from error
    try:
        with connection:
            # clamd hangs up in the middle of a file that is too large for it, and says so first.
            with suppress(BrokenPipeError, ConnectionResetError):
                _stream(file, connection)
            answer = _answer(connection, time.monotonic() + SECONDS)
        verdict = _verdict(answer)
        reason = unseen(file) if verdict.verdict is ScanVerdict.CLEAN else None
    except OSError as error:
        raise ScanFailed(f"{type(error).__name__}: {error}") from error
    return Scan(ScanVerdict.NOT_LOOKED_INTO, f"Unseen.{reason}") if reason else verdict


def _verdict(answer: str) -> Scan:
    if answer.endswith(" FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")
        return Scan(ScanVerdict.NOT_LOOKED_INTO if name.startswith(UNSEEN) else ScanVerdict.INFECTED, name)
    if answer.endswith(": OK"):
        return Scan(ScanVerdict.CLEAN)
    if "size limit exceeded" in answer:
        _log.error("clamd refuses a file by its size: set its StreamMaxLength to 110M (ops/docker/clamd.conf)")
        raise ScannerSmall(answer)
    raise ScanFailed(answer or "no answer")


def _stream(file: IO[bytes], connection: socket.socket) -> None:
    connection.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        connection.sendall(struct.pack("!I", len(chunk)) + chunk)
    connection.sendall(struct.pack("!I", 0))


def _answer(connection: socket.socket, until: float) -> str:
    """An answer that never ends is none: its time and its length have an end."""
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        connection.settimeout(left)
        part = connection.recv(LONGEST_ANSWER)
        if not part:
            break
        answer += part
    return answer.partition(b"\0")[0].decode(errors="replace")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        connection.connect(address)
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
