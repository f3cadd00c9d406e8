"""A small supervisor: start the platform's programs in order, watch them, stop them in reverse order.

    with Supervisor(Path("var/demo"), environment) as supervisor:
        supervisor.start(smtp_sink(port, mail_directory))
        supervisor.start(web(("127.0.0.1", port)))
        supervisor.start(worker(LANES[0]))
        supervisor.start(beat(Path("var/demo")))
        supervisor.run_until_signal()

Every program has a process group and a log file of its own (`<directory>/log/<name>.log`). Started by root, programs
run as the unprivileged account (ops.accounts) unless `privileged`.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from ops.accounts import CHECKOUT, Account, give, identity, make_open, service_account
from otasuke.queues import Lane

# Below those the kernel gives to outgoing connections: what was free when chosen is free a minute later.
PORTS = range(20_000, 32_000)
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 (compared with, never chosen here)


# What programs write is for their own account: links, addresses and names of firms stand in logs and mails.
PRIVATE = 0o077
MOST_REVIVALS = 20  # of one program under one supervisor

_given: set[int] = set()


class ProcessError(Exception):
    """A program did not start or ended by itself; the message is one line and the end of its log."""


@dataclass(frozen=True)
class Program:
    """What to run. It is ready when `ready` says yes and its log, since this start, has `ready_text`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    ready_text: str = ""
    ready_seconds: float = 60.0
    stop_seconds: float = 20.0
    privileged: bool = False


class Supervisor:
    """Runs programs for one directory. `environment` is added to every program's environment."""

    def __init__(self, directory: Path, environment: Mapping[str, str] | None = None) -> None:
        self.directory = directory.absolute()
        self.environment = dict(environment or {})
        self.account = program_account()
        self._programs: dict[str, Program] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._revivals: Counter[str] = Counter()
        make_open(self.directory)
        for name in ("log", "pids", "cache"):
            give(self.directory / name, self.account)
        self._end_leftovers()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    def start(self, program: Program) -> None:
        """Start and wait until ready. Raises ProcessError."""
        log = self.log_path(program.name)
        account = Account(os.geteuid(), os.getegid()) if program.privileged else self.account
        with _private_log(log, account) as out:
            began_at = out.tell()
            process = subprocess.Popen(
                list(program.command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=CHECKOUT,
                env=self._environment(program),
                start_new_session=True,
                umask=-1 if program.privileged else PRIVATE,
                **identity(account),
            )
        self._programs[program.name] = program
        self._processes[program.name] = process
        self._pid_path(program.name).write_text(f"{process.pid} {_start_time(process.pid)}")
        self._wait_ready(program, process, began_at)

    def stop(self, name: str) -> None:
        """End the program's whole group: SIGTERM, then SIGKILL after its patience."""
        program, process = self._programs.pop(name), self._processes.pop(name)
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=program.stop_seconds)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        self._pid_path(name).unlink(missing_ok=True)

    def restart(self, name: str) -> None:
        program = self._programs[name]
        self.stop(name)
        self.start(program)

    def kill(self, name: str) -> None:
        """kill -9 of the whole group, for fault tests; `restart` brings it back."""
        process = self._processes[name]
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()

    def stop_all(self) -> None:
        for name in reversed(list(self._processes)):
            self.stop(name)

    def pid(self, name: str) -> int:
        """Number of the program's first process, which is also its group's."""
        return self._processes[name].pid

    def log_path(self, name: str) -> Path:
        return self.directory / "log" / f"{name}.log"

    def check(self) -> None:
        """Raise ProcessError when a program has ended by itself."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise ProcessError(self._obituary(name, process))

    def run_until_signal(self, care: Callable[[], None] = lambda: None) -> None:
        """Until Ctrl-C or SIGTERM start again what ends by itself; `care` is called every second besides.

        Raises ProcessError when a program has ended MOST_REVIVALS times: then something is wrong with it.
        """
        with stop_signals() as stopped:
            while not stopped.wait(timeout=1.0):
                care()
                self.revive()

    def revive(self) -> list[str]:
        """Start every program again that has ended by itself. → their names. Raises ProcessError (see above)."""
        ended = [name for name, process in self._processes.items() if process.poll() is not None]
        for name in ended:
            obituary = self._obituary(name, self._processes[name])
            self._revivals[name] += 1
            if self._revivals[name] > MOST_REVIVALS:
                raise ProcessError(f"{name} ended {MOST_REVIVALS} times after a start: {obituary}")
            print(f"processes: {obituary.splitlines()[0]}; started again", file=sys.stderr, flush=True)
            try:
                self.start(self._programs[name])
            except ProcessError as problem:
                print(f"processes: {problem}", file=sys.stderr, flush=True)
        return ended

    def _environment(self, program: Program) -> dict[str, str]:
        # The account may not write into the checkout, and its home does not exist.
        own = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "XDG_CACHE_HOME": str(self.directory / "cache")}
        return {**os.environ, "HOME": str(self.directory / "cache"), **own, **self.environment, **program.environment}

    def _wait_ready(self, program: Program, process: subprocess.Popen[bytes], log_began_at: int) -> None:
        deadline = time.monotonic() + program.ready_seconds
        while True:
            if process.poll() is not None:
                raise ProcessError(self._obituary(program.name, process))
            if (
                program.ready()
                and program.ready_text.encode() in self.log_path(program.name).read_bytes()[log_began_at:]
            ):
                return
            if time.monotonic() > deadline:
                raise ProcessError(
                    f"{program.name} is not ready after {program.ready_seconds:.0f} s{self._tail(program.name)}"
                )
            time.sleep(0.1)

    def _obituary(self, name: str, process: subprocess.Popen[bytes]) -> str:
        return f"{name} ended with status {process.returncode}{self._tail(name)}"

    def _tail(self, name: str) -> str:
        path = self.log_path(name)
        lines = path.read_text(errors="replace").splitlines()[-12:] if path.exists() else []
        return "\n  ".join([f"; the end of {path}:", *lines])

    def _pid_path(self, name: str) -> Path:
        return self.directory / "pids" / f"{name}.pid"

    def _end_leftovers(self) -> None:
        """Groups that a killed supervisor of this directory left behind; the start time shows a reused number."""
        for path in (self.directory / "pids").glob("*.pid"):
            number, _, started = path.read_text().partition(" ")
            if number.isdigit() and started and _start_time(int(number)) == started:
                _signal_group(int(number), signal.SIGKILL)
            path.unlink(missing_ok=True)


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set instead of ending this process. Main thread only."""
    stopped = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def program_account() -> Account:
    """The unprivileged account when it can read the checkout; else (a checkout in /root) ourselves."""
    account = service_account()
    if account.may_enter(CHECKOUT):
        return account
    print(f"processes: {CHECKOUT} is closed to the unprivileged user; programs run as root", file=sys.stderr)
    return Account(os.geteuid(), os.getegid())


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port nobody listens on now; never the same twice in one process. Raises OSError."""
    for port in secrets.SystemRandom().sample(PORTS, 200):
        if port not in _given and port_is_free(port, host):
            _given.add(port)
            return port
    raise OSError(f"no free port on {host}")


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether one may listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def web(address: tuple[str, int], *, workers: int = 2, threads: int = 4) -> Program:
    """The web server on `address`; ready when /healthz answers 200."""
    host, port = address
    command = [sys.executable, "-m", "gunicorn", "-c", "python:otasuke.gunicorn_settings", "otasuke.wsgi:application"]
    command += ["--bind", f"{host}:{port}", "--workers", str(workers), "--threads", str(threads), "--no-control-socket"]
    reached_at = "127.0.0.1" if host == EVERY_ADDRESS else host
    return Program(
        "web",
        command,
        environment={"KIND_OF_WORK": "web"},
        ready=lambda: answers(f"http://{reached_at}:{port}/healthz"),
    )


def worker(lane: Lane) -> Program:
    """The worker of one queue."""
    command = [sys.executable, "-m", "celery", "-A", "otasuke", "worker", "--loglevel", "INFO", "--queues", lane.queue]
    command += ["--concurrency", str(lane.processes), "--hostname", f"{lane.program}@otasuke"]
    environment = {"KIND_OF_WORK": "long" if lane.queue == "long" else "worker"}
    return Program(lane.program, [*command, "--without-gossip", "--without-mingle"], environment, ready_text=" ready.")


def beat(directory: Path) -> Program:
    """The scheduler; its memory is kept in `directory`/cache."""
    schedule = directory.absolute() / "cache" / "beat-schedule"
    command = [sys.executable, "-m", "celery", "-A", "otasuke", "beat", "--loglevel", "INFO"]
    return Program("beat", [*command, "--schedule", str(schedule), "--pidfile", ""], ready_text="beat: Starting")


def watch() -> Program:
    """Tells the operator when work stands still; needs neither Redis nor a worker."""
    return Program("watch", [sys.executable, "manage.py", "watch"], ready_text="watch ready.")


def smtp_sink(port: int, mail: Path, *, host: str = "127.0.0.1") -> Program:
    """The local mail server that keeps every message under `mail` (ops.smtp_sink)."""
    give(mail, program_account())
    command = [sys.executable, "-m", "ops.smtp_sink", "--host", host, "--port", str(port), "--dir", str(mail)]
    return Program("smtp", command, ready=lambda: listens(host, port))


def answers(url: str) -> bool:
    """Whether `url` answers 200 within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (our own address)
            return bool(response.status == 200)
    except (HTTPException, OSError):
        return False


def listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def _private_log(path: Path, account: Account) -> IO[bytes]:
    """The log to append to, readable by its account only, also when an earlier run left it open to others."""
    out = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
    os.fchmod(out.fileno(), 0o600)
    if os.geteuid() == 0:
        os.fchown(out.fileno(), account.uid, account.gid)
    out.seek(0, os.SEEK_END)
    return out


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def _start_time(pid: int) -> str:
    """When the process started, in clock ticks since boot (field 22 of /proc/PID/stat); empty when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[19]
