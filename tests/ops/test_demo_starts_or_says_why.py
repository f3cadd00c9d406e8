"""What keeps the demo from starting is said in one line, and nothing that runs is touched."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from ops import services
from ops.postgres import ServiceError
from ops.processes import Program, Supervisor, free_port, listens
from ops.stack import Stack

STARTS = """
import sys, time
from lab.scene import errors_in_one_line
def main():
    print("up", flush=True)
    time.sleep(60)
    return 0
sys.exit(errors_in_one_line("demo", main))
"""


@pytest.fixture(autouse=True)
def private_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "SUPERUSER_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def refusal(stack: Stack) -> str:
    with pytest.raises(ServiceError) as refused, stack:
        pass
    return str(refused.value)


def runs(stack: Stack) -> bool:
    return any(server.is_ready() for server in services.servers(stack.directory))


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        stack = Stack(tmp_path / "demo", web_port=port, fresh=True)
        assert f"port {port} is in use" in refusal(stack)
        assert not runs(stack)


def test_a_port_held_by_what_a_killed_run_left_behind_is_freed(tmp_path: Path) -> None:
    home, port = tmp_path / "demo", free_port()
    listen = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(600)"
    Supervisor(home).start(Program("web", [sys.executable, "-c", listen], ready=partial(listens, "127.0.0.1", port)))
    Supervisor(home)
    Stack(home, web_port=port)._require_port()


def test_a_second_run_leaves_the_first_alone(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    home.mkdir()
    with (home / "running.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        stack = Stack(home, fresh=True)
        assert "another run is using" in refusal(stack)
        assert not (home / "services").exists()


def test_a_database_from_outside_needs_the_observers_address_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://otasuke_app@db.invalid/otasuke")
    assert "SUPERUSER_DATABASE_URL" in refusal(Stack(tmp_path / "demo", fresh=True))


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_while_starting_is_one_line(way: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STARTS], env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(way)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, "demo: stopped\n")
