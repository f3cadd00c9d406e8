"""clamd, set up as for real users, looks at the largest file we take; a smaller limit is told, not taken for clean."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from pytest_django import Settings

from incidents.jobsheet.uploads import MOST_FILE
from incidents.scanning import ScannerSilent, ScannerSmall, virus_in
from tests.desk_mailbox import EICAR

SHIPPED = Path(__file__).parents[2] / "ops" / "docker" / "clamd.conf"
LIMITS = "".join(
    line for line in SHIPPED.read_text().splitlines(keepends=True) if line.startswith(("Stream", "MaxFile", "MaxScan"))
)


@contextmanager
def clamd(settings: Settings, limits: str) -> Iterator[None]:
    """A real clamd with these limits."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:
        home = Path(name)
        (home / "signatures").mkdir()
        (home / "signatures" / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR[:60].hex()}\n")
        socket = home / "c.sock"
        told = f"DatabaseDirectory {home}/signatures\nLocalSocket {socket}\nForeground yes\n{limits}"
        (home / "clamd.conf").write_text(told)
        process = subprocess.Popen(["/usr/sbin/clamd", "-c", str(home / "clamd.conf")], stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 30
            while not socket.exists():
                assert time.monotonic() < until
                time.sleep(0.05)
            settings.CLAMD_ADDRESS = str(socket)
            yield
        finally:
            process.kill()
            process.wait()


def test_what_hides_at_the_end_of_the_largest_file_is_found(settings: Settings) -> None:
    largest = BytesIO(bytes(MOST_FILE - len(EICAR)) + EICAR)
    with clamd(settings, LIMITS):
        assert virus_in(largest) == "Eicar-Test-Signature.UNOFFICIAL"
        assert virus_in(BytesIO(bytes(1000))) is None


def test_a_scanner_with_a_smaller_limit_is_told_apart_from_a_clean_file_and_from_a_silent_one(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with clamd(settings, "StreamMaxLength 1M\n"), pytest.raises(ScannerSmall):
        virus_in(BytesIO(bytes(30_000_000)))
    assert "StreamMaxLength" in caplog.text
    with pytest.raises(ScannerSilent) as silent:
        virus_in(BytesIO(b"x"))
    assert not isinstance(silent.value, ScannerSmall)
