"""Starts the guard as a program of its own where no init system does, and sees what it says."""

import contextlib
import logging
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from sensor_agent.config import Config
from sensor_agent.guard import Report, State, lock_take, report_read

LOOK_S = 0.25
STOP_S = 45.0
log = logging.getLogger(__name__)


class GuardKeeper:
    """`look` is to be called often. The guard is not ours to take down with us when we are killed."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._next = 0.0
        self._child: subprocess.Popen[bytes] | None = None
        self.report: Report | None = None

    @property
    def inspecting(self) -> bool:
        """Whether traffic goes through the engine, and that engine lives: on a full disk the report is an old one."""
        report = self.report
        return report is not None and report.state == State.INSPECTING and Path(f"/proc/{report.engine_pid}").exists()

    def look(self) -> bool:
        """Start a missing guard, read what it says. Returns whether that changed."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + LOOK_S
        if self._config.supervise:
            self._keep()
        before, self.report = self.report, report_read(self._config.state_dir)
        return self.report != before

    def stop(self) -> None:
        """End the guard and with it the engine; traffic goes on around it."""
        report = report_read(self._config.state_dir)
        if not self._config.supervise or report is None or self._free():
            return
        with contextlib.suppress(OSError):
            handle = os.pidfd_open(report.guard_pid)
            try:
                signal.pidfd_send_signal(handle, signal.SIGTERM)
                select.select([handle], [], [], STOP_S)
            finally:
                os.close(handle)
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(1.0)

    def _keep(self) -> None:
        if self._child is not None and self._child.poll() is None:
            return
        self._child = None
        if not self._free():
            return
        output = self._config.state_dir / "log" / "guard.log"
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("ab") as file:
            self._child = subprocess.Popen(
                [
                    *self._config.suricata.command_prefix,
                    sys.executable,
                    "-m",
                    "sensor_agent",
                    *self._options(),
                    "guard",
                ],
                cwd=Path(__file__).resolve().parent.parent,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        log.info("guard started, process %d", self._child.pid)
        self._next = time.monotonic() + 4 * LOOK_S

    def _options(self) -> list[str]:
        return ["--config", str(self._config.source)] if self._config.source else []

    def _free(self) -> bool:
        lock = lock_take(self._config.state_dir)
        if lock is None:
            return False
        lock.close()
        return True
