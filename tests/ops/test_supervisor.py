"""The demo's programs start in order, are stopped with all their children, and a death is told with its log."""

import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ops.processes import ProcessError, Program, Supervisor, answers, free_port, listens

PARENT_WITH_CHILD = (
    "import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"
)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder the programs' account may enter; pytest closes its own."""
    with tempfile.TemporaryDirectory(prefix="otasuke-test-", dir="/var/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while alive(pid):
        assert time.monotonic() < deadline, f"process {pid} still lives"
        time.sleep(0.02)


def has_text(path: Path) -> bool:
    return path.read_text() != ""


def start_family(supervisor: Supervisor) -> int:
    """A program with a child; returns the child's number."""
    log = supervisor.log_path("family")
    program = Program("family", [sys.executable, "-c", PARENT_WITH_CHILD], ready=partial(has_text, log))
    supervisor.start(program)
    return int(log.read_text().split()[-1])


def test_stopping_ends_the_children_too(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        child = start_family(supervisor)
        assert alive(child)
    wait_until_gone(child)


def test_a_program_killed_with_9_takes_its_children_and_can_be_restarted(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        child = start_family(supervisor)
        supervisor.kill("family")
        wait_until_gone(child)

        supervisor.restart("family")
        assert alive(supervisor.pid("family"))


def test_what_a_killed_supervisor_left_running_is_ended_by_the_next(tmp_path: Path) -> None:
    abandoned = Supervisor(tmp_path)
    child = start_family(abandoned)

    with Supervisor(tmp_path):
        wait_until_gone(child)


def test_readiness_is_waited_for(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(Program("web", command, ready=lambda: listens("127.0.0.1", port)))
        assert listens("127.0.0.1", port)
    assert not listens("127.0.0.1", port)


def test_a_program_that_ends_by_itself_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    broken = Program("broken", [sys.executable, "-c", "raise SystemExit('no database')"], ready=lambda: False)
    with Supervisor(tmp_path) as supervisor, pytest.raises(ProcessError, match=r"(?s)status 1.*no database"):
        supervisor.start(broken)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_programs_do_not_run_as_root_unless_they_must(tmp_path: Path) -> None:
    show = [sys.executable, "-c", "import os,time; print(os.geteuid(), flush=True); time.sleep(600)"]
    with Supervisor(tmp_path) as supervisor:
        for name, privileged in (("plain", False), ("sensor", True)):
            supervisor.start(
                Program(name, show, ready=partial(has_text, supervisor.log_path(name)), privileged=privileged)
            )
        assert supervisor.log_path("sensor").read_text().strip() == "0"
        assert supervisor.log_path("plain").read_text().strip() == str(supervisor.account.uid)


def test_ctrl_c_ends_the_wait(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        start_family(supervisor)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        before = signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
        try:
            supervisor.run_until_signal()
        finally:
            signal.signal(signal.SIGALRM, before)


def test_a_line_of_an_earlier_run_does_not_make_a_program_ready(tmp_path: Path) -> None:
    silent = Program("worker", ["sleep", "600"], ready_text="ready.", ready_seconds=0.3)
    with Supervisor(tmp_path) as supervisor:
        supervisor.log_path("worker").write_text("ready.\n")
        with pytest.raises(ProcessError, match="not ready"):
            supervisor.start(silent)
        supervisor.stop("worker")


def test_ports_chosen_one_after_another_differ_and_none_is_one_the_kernel_gives_to_calls() -> None:
    chosen = [free_port() for _ in range(50)]
    assert len(set(chosen)) == len(chosen)
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(chosen) < lowest


def test_a_program_of_another_kind_at_the_port_is_no_web_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ear:

        def greet() -> None:
            caller, _ = ear.accept()
            with caller:
                caller.sendall(b"220 localhost SMTP\r\n")

        greeter = threading.Thread(target=greet)
        greeter.start()
        assert answers(f"http://127.0.0.1:{ear.getsockname()[1]}/") is False
        greeter.join()


def test_a_program_that_ends_by_itself_is_started_again(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        start_family(supervisor)
        first = supervisor.pid("family")
        assert supervisor.revive() == []
        os.kill(first, signal.SIGKILL)
        wait_until_gone(first)
        assert supervisor.revive() == ["family"]
        assert supervisor.pid("family") != first
        assert alive(supervisor.pid("family"))


def revive_without_end(supervisor: Supervisor) -> None:
    while True:
        supervisor.revive()
        time.sleep(0.01)


def test_a_program_that_ends_after_every_start_is_given_up_with_its_log(tmp_path: Path) -> None:
    short = Program("short", ["sh", "-c", "echo no disk; sleep 0.3; exit 3"], ready_text="no disk")
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(short)
        with pytest.raises(ProcessError, match="no disk"):
            revive_without_end(supervisor)


def test_what_programs_write_no_other_account_reads(open_folder: Path) -> None:
    tmp_path, made = open_folder, open_folder / "cache" / "made"
    program = Program("writer", ["sh", "-c", f"echo secret > {made}; echo done; sleep 600"], ready_text="done")
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(program)
        for path in (supervisor.log_path("writer"), made, tmp_path / "log", tmp_path / "cache", tmp_path / "pids"):
            assert path.stat().st_mode & 0o077 == 0, path
