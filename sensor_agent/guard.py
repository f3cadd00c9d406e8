"""Keeps traffic flowing: runs the engine between the ports, and leads traffic around it whenever it does not forward.

A program of its own, small and without network: the agent may be killed, updated or stuck, and the firm's line does
not notice. The engine outlives the guard as well; the next guard finds it by `guard.json` and goes on.
"""

import contextlib
import fcntl
import json
import logging
import os
import select
import signal
import socket
import subprocess
import threading
import time
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import IO

from sensor_agent import protection, suricata
from sensor_agent.advertisements import Advertisements
from sensor_agent.bridge import BRIDGE, ENGINE_SIDE, Bypass
from sensor_agent.config import Config, SuricataConfig
from sensor_agent.isolator import Isolator
from sensor_agent.neighbours import Neighbours
from sensor_agent.order import OrderRefusedError, OrderStore
from sensor_agent.probe import Probe, captures
from sensor_agent.rotation import Rotation, outputs_trim
from sensor_agent.spool import write_durably

PROBE_S = 0.2
PROBE_WITHIN_S = 0.15
LETS_GO_S = 0.01
START_S = 120.0  # a large rule set is read in this time on a small box, or something is wrong
PASSING_S = 5.0  # from the first capture to the first frame that comes through
STOP_S = 20.0
LONGEST_WAIT_S = 60.0
TIDY_S = 5.0
log = logging.getLogger(__name__)


class State(StrEnum):
    """Where traffic goes."""

    INSPECTING = "inspecting"  # through the engine
    STARTING = "starting"  # around it, the engine is being started
    BYPASS = "bypass"  # around it


@dataclass(frozen=True)
class Report:
    """What guard.json says. Times are seconds since 1970; `off_s` adds up all time not inspecting."""

    state: str = State.BYPASS
    since: float = 0.0
    off_s: float = 0.0
    guard_pid: int = 0
    engine_pid: int = 0
    engine_started_at: float = 0.0
    starts: int = 0
    deaths: int = 0
    hangs: int = 0
    reason: str = ""
    prefixes: dict[str, float] = field(default_factory=dict)  # IPv6 network of the firm → time it ends


def report_read(state_dir: Path) -> Report | None:
    """What the guard last said; None when there is no guard yet."""
    try:
        return Report(**json.loads((state_dir / "guard.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def lock_take(state_dir: Path) -> IO[bytes] | None:
    """The guard's lock; None when a guard has it. Hold the file as long as the lock is wanted."""
    state_dir.mkdir(parents=True, exist_ok=True)
    lock = (state_dir / "guard.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


class Guard:
    """`run` blocks until SIGTERM. SIGHUP starts the engine anew. After the end, traffic flows around."""

    def __init__(self, config: Config) -> None:
        if config.suricata.ports is None:
            raise ValueError("suricata.ports is missing: there is nothing to guard")
        self._config = config
        lan, wan = config.suricata.ports
        self._bypass = Bypass(lan, wan)
        self._saying = threading.Lock()
        self._ports = (lan, ENGINE_SIDE)
        self._report = report_read(config.state_dir) or Report()
        self._stop = False
        self._renew = False
        self._engine = 0  # process id, 0: none
        self._handle = -1  # pidfd
        self._child: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._not_before = 0.0
        self._missed_since = 0.0
        self._tested = ""
        self._unwritten = False  # the disk was full: guard.json says what was
        engine = config.suricata
        self._rotation = Rotation(
            engine.eve_path, self._reopen_log, rotate_bytes=engine.rotate_bytes, most_bytes=engine.logs_bytes
        )
        self._tidy_at = 0.0

    def run(self) -> None:
        """Guard until told to stop. Raises BridgeError when the ports cannot be joined at all."""
        signal.signal(signal.SIGTERM, self._stop_wanted)
        signal.signal(signal.SIGINT, self._stop_wanted)
        signal.signal(signal.SIGHUP, self._renewal_wanted)
        isolator = Isolator(self._bypass.wan, self._config.state_dir, lambda: protection.home_net(self._config))
        isolator.look()  # before the ports are joined: a restart lets nobody out
        self._bypass.build()
        isolator.start()
        self._adopt()
        if not self._engine:
            self._bypass.open()
            self._say(State.BYPASS, reason="the guard has begun")
        self._probe = Probe()
        Advertisements(BRIDGE, self._report.prefixes, self._learn).start()
        Neighbours((self._ports[0], self._bypass.wan), self._config.state_dir).start()
        while not self._stop:
            if self._unwritten:
                self._write()
            self._tidy()
            if self._renew:
                self._renew = False
                self._end_engine("renewed")
            if self._engine:
                self._watch()
            elif time.monotonic() >= self._not_before:
                self._begin_engine()
            else:
                time.sleep(0.05)
        self._end_engine("stopped")

    # -- one engine -------------------------------------------------------------------------------------------------

    def _adopt(self) -> None:
        """Go on with the engine an earlier guard started."""
        process = self._report.engine_pid
        if not process or not _is_engine(process, self._config.suricata):
            return
        try:
            self._handle = os.pidfd_open(process)
        except OSError:
            return
        self._engine = process
        if self._capturing(process):
            self._bypass.close()
            self._say(State.INSPECTING, reason="")
            log.info("goes on with engine %d", process)
        else:
            self._kill("found without its ports")

    def _begin_engine(self) -> None:
        self._say(State.STARTING)
        try:
            store = OrderStore(self._config.state_dir)
            protection.write(self._config, store.current(), store)
            self._test()
            self._spawn()
        except (OSError, ValueError, OrderRefusedError, suricata.SuricataError) as problem:
            self._failed(f"the engine cannot start: {problem}")
            return
        assert self._child is not None
        self._engine = self._child.pid
        self._handle = os.pidfd_open(self._engine)
        self._report = replace(
            self._report, engine_pid=self._engine, engine_started_at=time.time(), starts=self._report.starts + 1
        )
        self._say(State.STARTING)
        if not self._until_captured():
            self._kill("did not begin to look")
            return
        self._bypass.close()  # before its threads begin together: later would double packets
        if not self._until_passing():
            self._kill("does not forward")
            return
        self._failures = 0
        self._missed_since = 0.0
        self._say(State.INSPECTING, reason="")

    def _test(self) -> None:
        """Have the engine test its configuration, unless it tested this one before."""
        now = suricata.rules_fingerprint(self._config.suricata)
        if now != self._tested:
            suricata.configuration_test(self._config.suricata)
            self._tested = now

    def _spawn(self) -> None:
        config = self._config.suricata
        config.command_socket.unlink(missing_ok=True)
        output = self._config.state_dir / "log" / "suricata.out"
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("ab") as file:
            # A session of its own: the engine outlives this guard.
            self._child = subprocess.Popen(
                suricata.command_line(config),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def _until_captured(self) -> bool:
        until = time.monotonic() + START_S
        while time.monotonic() < until and not self._dead() and not self._stop:
            if self._capturing(self._engine):
                return True
            time.sleep(0.001)
        return False

    def _until_passing(self) -> bool:
        until = time.monotonic() + PASSING_S
        while time.monotonic() < until and not self._dead():
            if self._probe.passes(PROBE_WITHIN_S):
                return True
        return False

    def _watch(self) -> None:
        """Look once whether the engine is dead, has been silent too long, or works."""
        if self._dead(PROBE_S):
            self._report = replace(self._report, deaths=self._report.deaths + 1)
            self._gone("the engine ended")
        elif self._probe.passes(PROBE_WITHIN_S):
            self._missed_since = 0.0
        elif not self._missed_since:
            self._missed_since = time.monotonic()
        elif time.monotonic() - self._missed_since > self._config.hang_after_s:
            self._report = replace(self._report, hangs=self._report.hangs + 1)
            self._kill("the engine does not forward")

    def _dead(self, within_s: float = 0.0) -> bool:
        return bool(select.select([self._handle], [], [], within_s)[0])

    def _capturing(self, process: int) -> bool:
        devices = {socket.if_nametoindex(name) for name in self._ports}
        return captures(process, devices) == devices

    def _kill(self, reason: str) -> None:
        """A stuck engine must be gone before the way around opens: awake again, it would double every packet."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._engine, signal.SIGKILL)
        self._dead(STOP_S)
        self._gone(reason)

    def _end_engine(self, reason: str) -> None:
        """Ask it to end; the way around opens when it stops forwarding."""
        if not self._engine:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._engine, signal.SIGTERM)
        until = time.monotonic() + STOP_S
        while time.monotonic() < until and not self._dead() and self._probe.passes(LETS_GO_S):
            time.sleep(0.001)
        self._bypass.open()
        if not self._dead(STOP_S):
            self._kill(reason)
        else:
            self._gone(reason, soon=True)

    def _gone(self, reason: str, *, soon: bool = False) -> None:
        self._bypass.open()
        if self._child is not None:
            self._child.wait()
            self._child = None
        os.close(self._handle)
        self._engine, self._handle = 0, -1
        self._report = replace(self._report, engine_pid=0)
        self._missed_since = 0.0
        if soon:
            self._not_before = 0.0
            self._say(State.BYPASS, reason=reason)
        else:
            self._failed(reason)

    def _failed(self, reason: str) -> None:
        wait = min(LONGEST_WAIT_S, 0.5 * 2 ** min(self._failures, 10)) if self._failures else 0.0
        self._failures += 1
        self._not_before = time.monotonic() + wait
        log.warning("%s; traffic goes around, next start in %.1f s", reason, wait)
        self._say(State.BYPASS, reason=reason)

    def _tidy(self) -> None:
        """Keep the engine's files within their bounds."""
        if time.monotonic() < self._tidy_at:
            return
        self._tidy_at = time.monotonic() + TIDY_S
        try:
            self._rotation.keep()
            outputs_trim(self._config.suricata.eve_path.parent)
        except OSError as problem:
            log.warning("logs: %s", problem)

    def _reopen_log(self) -> None:
        if self._engine:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._engine, signal.SIGHUP)

    # -- telling ----------------------------------------------------------------------------------------------------

    def _say(self, state: State, *, reason: str | None = None) -> None:
        """Write guard.json; time that was not inspected is added up when the state changes."""
        with self._saying:
            self._say_alone(state, reason)

    def _say_alone(self, state: State, reason: str | None) -> None:
        now, before = time.time(), self._report
        off_s = before.off_s
        if before.state != State.INSPECTING and before.since:
            off_s += max(0.0, now - before.since)
        changed = state != before.state or before.state != State.INSPECTING
        self._report = replace(
            before,
            state=str(state),
            since=now if changed or not before.since else before.since,
            off_s=round(off_s, 3),
            guard_pid=os.getpid(),
            reason=before.reason if reason is None else reason[:500],
        )
        self._write()

    def _write(self) -> None:
        try:
            write_durably(self._config.state_dir / "guard.json", json.dumps(asdict(self._report)).encode(), 0o644)
            self._unwritten = False
        except OSError as problem:  # a full disk must not stop the line
            if not self._unwritten:
                log.warning("guard.json: %s", problem)
            self._unwritten = True

    def _learn(self, prefixes: dict[str, float]) -> None:
        """Store another set of the firm's networks; the agent reads it and has the engine use it."""
        with self._saying:
            self._report = replace(self._report, prefixes=prefixes)
            self._write()

    def _stop_wanted(self, *_: object) -> None:
        self._stop = True

    def _renewal_wanted(self, *_: object) -> None:
        self._renew = True


def _is_engine(process: int, config: SuricataConfig) -> bool:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return str(config.work_dir / "suricata.yaml").encode() in words
