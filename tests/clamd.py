"""Waiting for a real clamd: its socket is there a moment before it answers."""

from __future__ import annotations

import socket
import time
from pathlib import Path


def clamd_answers(path: Path, within_s: float = 60) -> None:
    """Return once clamd answers at its socket. Raises AssertionError."""
    until = time.monotonic() + within_s
    while not _pong(path):
        assert time.monotonic() < until, f"clamd at {path} does not answer"
        time.sleep(0.05)


def _pong(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(path))
            connection.sendall(b"zPING\0")
            return connection.recv(16).startswith(b"PONG")
        except OSError:
            return False
