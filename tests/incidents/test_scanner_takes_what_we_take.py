"""clamd, set up as for real users, looks at the largest file we take; a smaller limit is told, not taken for clean."""

from __future__ import annotations

import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from pytest_django import Settings

from incidents.jobsheet.uploads import MOST_FILE
from incidents.scanning import Scan, ScanFailed, ScannerSilent, ScannerSmall, ScanVerdict, scan
from tests.clamd import clamd_answers
from tests.desk_mailbox import EICAR

SHIPPED = Path(__file__).parents[2] / "ops" / "docker" / "clamd.conf"
LIMITS = "".join(
    line for line in SHIPPED.read_text().splitlines(keepends=True) if line.startswith(("Stream", "Max", "Alert"))
)


@contextmanager
def clamd(settings: Settings, limits: str) -> Iterator[None]:
    """A real clamd with these limits."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:
        home = Path(name)
        (home / "signatures").mkdir()
        (home / "signatures" / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR[:60].hex()}\n")
        socket = home / "c.sock"
        configuration = f"DatabaseDirectory {home}/signatures\nLocalSocket {socket}\nForeground yes\n{limits}"
        (home / "clamd.conf").write_text(configuration)
        process = subprocess.Popen(["/usr/sbin/clamd", "-c", str(home / "clamd.conf")], stdout=subprocess.DEVNULL)
        try:
            clamd_answers(socket)
            settings.CLAMD_ADDRESS = str(socket)
            yield
        finally:
            process.kill()
            process.wait()


def test_what_hides_at_the_end_of_the_largest_file_is_found(settings: Settings) -> None:
    largest = BytesIO(bytes(MOST_FILE - len(EICAR)) + EICAR)
    with clamd(settings, LIMITS):
        assert scan(largest) == Scan(ScanVerdict.INFECTED, "Eicar-Test-Signature.UNOFFICIAL")
        assert scan(BytesIO(bytes(1000))) == Scan(ScanVerdict.CLEAN)


def test_a_scanner_with_a_smaller_limit_is_told_apart_from_a_clean_file_and_from_a_silent_one(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with clamd(settings, "StreamMaxLength 1M\n"), pytest.raises(ScannerSmall):
        scan(BytesIO(bytes(30_000_000)))
    assert "StreamMaxLength" in caplog.text
    with pytest.raises(ScannerSilent) as silent:
        scan(BytesIO(b"x"))
    assert not isinstance(silent.value, ScanFailed)


def packed(*files: tuple[str, bytes], locked: bool = False) -> BytesIO:
    """A ZIP file; `locked`: marked as needing a password, as those that firms send each other every day."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    data = bytearray(out.getvalue())
    if locked:
        for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            place = -1
            while (place := data.find(mark, place + 1)) >= 0:
                data[place + flags] |= 1
    return BytesIO(bytes(data))


def nested(depth: int) -> BytesIO:
    """A virus in a ZIP in a ZIP in a ZIP …"""
    inner = packed(("virus.com", EICAR))
    for level in range(depth):
        inner = packed((f"{level}.zip", inner.getvalue()))
    return inner


def test_what_the_scanner_cannot_look_into_is_neither_clean_nor_a_virus(settings: Settings) -> None:
    beyond_the_limit = BytesIO()
    with (
        zipfile.ZipFile(beyond_the_limit, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("backup.img", "w") as member,
    ):
        for _megabyte in range(600):
            member.write(bytes(1_000_000))
        member.write(EICAR)
    assert len(beyond_the_limit.getvalue()) < 1_000_000
    beyond_the_limit.seek(0)
    with clamd(settings, LIMITS):
        locked = scan(packed(("見積書.xls", b"secret"), locked=True))
        too_much, too_deep = scan(beyond_the_limit), scan(nested(30))
        assert {locked.verdict, too_much.verdict, too_deep.verdict} == {ScanVerdict.NOT_LOOKED_INTO}
        assert "Encrypted" in locked.name
        assert scan(packed(("virus.com", EICAR))).verdict is ScanVerdict.INFECTED
        assert scan(packed(("list.csv", b"1,2"))).verdict is ScanVerdict.CLEAN


def test_what_the_scanner_calls_clean_without_having_seen_all_of_it_is_not_clean(settings: Settings) -> None:
    whole = packed(("list.csv", b"1,2\n" * 500)).getvalue()
    locked_document = (
        bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0")
        + "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0")
        + bytes.fromhex("2200")
    )
    with clamd(settings, LIMITS):
        assert scan(BytesIO(whole[:-30])) == Scan(ScanVerdict.NOT_LOOKED_INTO, "Unseen.incomplete")
        assert scan(BytesIO(locked_document)) == Scan(ScanVerdict.NOT_LOOKED_INTO, "Unseen.encrypted")
        assert scan(BytesIO(whole)) == Scan(ScanVerdict.CLEAN)
