"""Keeps the box's other programs running: starts them, restarts them with growing waits, stops them with us."""

import logging
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

LONGEST_WAIT_S = 60.0
STEADY_S = 60.0
STOP_S = 15.0
log = logging.getLogger(__name__)


class Child:
    """One program. `keep` is to be called often from one long-lived thread; the kernel kills the program with it."""

    def __init__(
        self, name: str, command: Sequence[str], output: Path, before_start: Callable[[], None] | None = None
    ) -> None:
        self.name = name
        # setpriv: a killed agent must not leave a second engine on the ports for the next agent to fight with.
        self._command = ["setpriv", "--pdeathsig", "KILL", *command]
        self._output = output
        self._before_start = before_start
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._not_before = 0.0
        self._failures = 0

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self.running else None

    def keep(self) -> None:
        """Start the program when it is not running and its waiting time is over."""
        if self.running:
            if time.monotonic() - self._started_at > STEADY_S:
                self._failures = 0
            return
        if self._process is not None:
            log.warning("%s ended with status %s", self.name, self._process.returncode)
            self._process = None
            self._failures += 1
            self._not_before = time.monotonic() + min(LONGEST_WAIT_S, 0.5 * 2 ** min(self._failures - 1, 10))
        if time.monotonic() < self._not_before:
            return
        self._start()

    def stop(self) -> None:
        """End the program: asked first, killed when it does not listen."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        if self._before_start is not None:
            self._before_start()
        self._output.parent.mkdir(parents=True, exist_ok=True)
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self._started_at = time.monotonic()
        log.info("%s started, process %d", self.name, self._process.pid)
