"""Prints HTML as PDF in another process that has limits of time and memory and holds no secret."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from printing.framing import read_frame, write_frame

ROOT: Final = Path(__file__).resolve().parent.parent
SECONDS: Final = 90.0  # wall clock for one report
MOST_REPORTS: Final = 200  # then a fresh process: what a library keeps by mistake does not pile up


class PrintingFailed(RuntimeError):
    """No PDF came; the text says why."""


class Press:
    """One warm printing process; prints one page at a time. Used from any thread of one process."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._printed = 0
        self._owner = 0

    def print(self, html: str) -> bytes:
        """The PDF. Raises PrintingFailed when the page cannot be printed or takes too long or too much memory."""
        with self._lock:
            process = self._running()
            late = threading.Timer(self._seconds, process.kill)
            late.start()
            try:
                answer = self._ask(process, html)
            finally:
                late.cancel()
            if answer is None:
                code = process.wait()
                self._process = None
                raise PrintingFailed(f"the printing process ended with {code}: out of time or memory")
            self._printed += 1
            if self._printed >= MOST_REPORTS:
                self._stop()
        if answer[:1] != b"+":
            raise PrintingFailed(answer[1:].decode(errors="replace"))
        return answer[1:]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    @staticmethod
    def _ask(process: subprocess.Popen[bytes], html: str) -> bytes | None:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            write_frame(process.stdin, html.encode())
        except BrokenPipeError:
            return None
        return read_frame(process.stdout)

    def _running(self) -> subprocess.Popen[bytes]:
        # A worker that was forked does not share its parent's printing process.
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "printing.render"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env={name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            )
            self._printed = 0
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


PRESS: Final = Press()
atexit.register(PRESS.close)
