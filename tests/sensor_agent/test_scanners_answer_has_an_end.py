"""An answer of clamd that comes letter by letter, or never ends, is given up in time: a verdict always comes."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from incidents import scanning
from sensor_agent.clamd import Clamd, ScanError, TooSlowError


def _letters(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def _flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x" * 65536)


@pytest.fixture
def address(tmp_path: Path, answering: Callable[[socket.socket], None]) -> Iterator[Path]:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "clamd"))
    server.listen()

    def serve() -> None:
        with suppress(OSError):
            connection, _ = server.accept()
            with connection:
                answering(connection)

    threading.Thread(target=serve, daemon=True).start()
    yield tmp_path / "clamd"
    server.close()


@pytest.mark.parametrize(("answering", "problem"), [(_letters, TooSlowError), (_flood, ScanError)])
def test_the_box_gives_up_such_an_answer(address: Path, problem: type[ScanError], tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    with pytest.raises(problem):
        Clamd(address, patience_s=0.5).scan(tmp_path / "file")


@pytest.mark.parametrize("answering", [_letters, _flood])
def test_the_platform_gives_up_such_an_answer(address: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CLAMD_ADDRESS = str(address)
    monkeypatch.setattr(scanning, "SECONDS", 0.5)
    with pytest.raises(scanning.ScanFailed):
        scanning.scan(BytesIO(b"1"))
