"""Antivirus: clean, found, or not looked into; no file blocks another, and "on" means that files are judged."""

import io
import lzma
import socket
import struct
import subprocess
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import zstandard

from lab.eicar import eicar_file, signatures_write
from sensor_agent import clamd
from sensor_agent import unseen as unseen_files
from sensor_agent.clamd import Clamd, ScanError, Verdict, verdict_read
from sensor_agent.config import ClamdConfig
from sensor_agent.filestore import (
    MAX_TRIES,
    MOST_EVENTS_AN_HOUR,
    KnownFiles,
    Result,
    Scanner,
    pending_from_event,
    store_bound,
)
from sensor_agent.moment import stamp_now
from sensor_agent.suricata import CommandSocket
from tests.sensor_agent.zip_password import zip_encrypted

LIMIT = 3_000_000


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """A real clamd with the box's own configuration."""
    folder = tmp_path_factory.mktemp("clamd")
    signatures_write(folder / "signatures")
    config = ClamdConfig(database_dir=folder / "signatures", socket=folder / "c.sock")
    (folder / "clamd.conf").write_text(clamd.configuration_text(config, LIMIT))
    command = clamd.command_line(config, folder / "clamd.conf")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = Clamd(config.socket)
    until = time.monotonic() + 60
    while not client.ready() and time.monotonic() < until:
        time.sleep(0.05)
    yield client
    process.kill()
    process.wait()


def _zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_zip_with_a_password_is_neither_clean_nor_a_virus(real: Clamd, tmp_path: Path) -> None:
    (tmp_path / "invoice.zip").write_bytes(zip_encrypted("請求書.xls", b"harmless " * 500, b"1234"))
    assert real.scan(tmp_path / "invoice.zip") == Verdict(unexamined="encrypted")


def test_a_virus_beside_a_member_with_a_password_is_still_found(real: Clamd, tmp_path: Path) -> None:
    locked = zip_encrypted("a.xls", b"harmless " * 500, b"1234")
    (tmp_path / "both.zip").write_bytes(_zipped(("locked.zip", locked), ("eicar.com", eicar_file())))
    assert real.scan(tmp_path / "both.zip").signature == "Eicar-Test-Signature"


@pytest.mark.parametrize("size", [120_000_000, 300_000_000])
def test_a_small_zip_that_unpacks_to_more_than_the_scanner_takes_is_not_clean(
    real: Clamd, tmp_path: Path, size: int
) -> None:
    bomb = _zipped(("zeros and a virus at the end", bytes(size) + eicar_file()))
    assert len(bomb) < 600_000
    for archive in (bomb, _zipped(("inner.zip", bomb)), _zipped(*[(f"{n}", bytes(size // 4)) for n in range(5)])):
        (tmp_path / "bomb.zip").write_bytes(archive)
        assert real.scan(tmp_path / "bomb.zip") == Verdict(unexamined="too_large")


def test_a_file_larger_than_clamd_takes_is_not_clean(real: Clamd, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(2 * LIMIT))
    assert real.scan(tmp_path / "big") == Verdict(unexamined="too_large")


def _office(*sectors: bytes) -> bytes:
    """A document of the old Office, as far as it matters here: head and sectors of 512 bytes."""
    return b"".join(part.ljust(512, b"\0") for part in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", *sectors))


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)


BOOK = bytes.fromhex("0908100000060500 bb0dcc07 c1000100 06040000")
WORD = b"\xec\xa5\xc1\0" + bytes(7)
SEVEN = b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + struct.pack("<QQL", 100, 30, 0) + bytes(130)
PLAIN = _zipped(("a.csv", b"1,2\n" * 500))


def _zip_by(method: int) -> bytes:
    archive = bytearray(PLAIN)
    for mark, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        struct.pack_into("<H", archive, archive.find(mark) + at, method)
    return bytes(archive)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_office(_stream("EncryptedPackage")), "encrypted"),
        (_office(b"", 64 * b"x" + _stream("EncryptedSummary")), "encrypted"),
        (_office(BOOK + b"\x2f\0\x36\0"), "encrypted"),
        (_office(BOOK + b"\x86\0\0\0" + b"\x2f\0\x36\0"), "encrypted"),
        (_office(bytes(2 << 20), WORD + b"\x01"), "encrypted"),
        (_zipped(("見積書.docx", _office(_stream("EncryptedPackage")))), "encrypted"),
        (_office(_stream("WordDocument"), WORD + b"\x02", BOOK + b"\xe1\0"), None),
        (_office(b"x" + BOOK + b"\x2f\0", "EncryptedPackage is a word".encode("utf-16-le")), None),
        (PLAIN[: len(PLAIN) // 2], "incomplete"),
        (PLAIN[:-30], "incomplete"),
        (zip_encrypted("a.xls", b"harmless " * 500, b"1234")[:80], "encrypted"),
        (_zip_by(14), "unknown_packing"),
        (_zip_by(93), "unknown_packing"),
        (_zip_by(98), "unknown_packing"),
        (PLAIN, None),
        (_zipped(), None),
        (SEVEN, None),
        (SEVEN[:90], "incomplete"),
        (SEVEN[:20], "incomplete"),
        (lzma.compress(b"harmless " * 500), None),
        (lzma.compress(b"harmless " * 500)[:-8], "incomplete"),
        (zstandard.compress(b"harmless " * 500), "unknown_packing"),
        (b"Rar!\x1a\x07\x01\0" + bytes(50), "unknown_packing"),
        (b"harmless " * 500, None),
        (b"", None),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else str(value),
)
def test_what_clamd_calls_clean_without_having_seen_it_is_not_clean(
    content: bytes, reason: str | None, real: Clamd, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(content)
    assert real.scan(tmp_path / "file") == Verdict(unexamined=reason)


def test_an_archive_that_would_grow_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"{number}.doc", _office() + bytes(1 << 20))
    monkeypatch.setattr(unseen_files, "_ZIP_UNPACKED", 6 << 20)
    monkeypatch.setattr(unseen_files, "_office", lambda _file: pytest.fail("unpacked"))
    assert unseen_files.unseen(bomb) == "too_large"


def test_the_platform_looks_at_files_as_the_box_does() -> None:
    ours, theirs = (Path(__file__).parents[2] / room / "unseen.py" for room in ("sensor_agent", "incidents"))
    assert ours.read_bytes() == theirs.read_bytes()


def test_what_clamd_says_is_read_and_an_error_is_no_verdict() -> None:
    assert verdict_read("stream: OK") == Verdict()
    assert verdict_read("stream: Win.Test.EICAR_HDB-1.UNOFFICIAL FOUND") == Verdict(signature="Win.Test.EICAR_HDB-1")
    for kind in ("Zip", "RAR", "PDF", "7Zip", "Doc"):
        assert verdict_read(f"stream: Heuristics.Encrypted.{kind} FOUND") == Verdict(unexamined="encrypted")
    assert verdict_read("stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND") == Verdict(unexamined="too_slow")
    assert verdict_read("stream: Heuristics.Limits.Exceeded.MaxFiles FOUND") == Verdict(unexamined="too_large")
    assert verdict_read("INSTREAM size limit exceeded. ERROR") == Verdict(unexamined="too_large")
    for text in ("stream: Can't allocate memory ERROR", "", "OK", "stream: "):
        with pytest.raises(ScanError):
            verdict_read(text)


def test_our_patience_is_longer_than_clamds_own_limit() -> None:
    text = clamd.configuration_text(ClamdConfig(database_dir=Path("/x")), LIMIT)
    assert f"MaxScanTime {clamd.MAX_SCAN_S * 1000}\n" in text
    assert clamd.PATIENCE_S > clamd.MAX_SCAN_S


class Odd:
    """The outermost edge played: a clamd that answers what the test says, or says nothing."""

    def __init__(self, path: Path, answer: Callable[[bytes], bytes | None]) -> None:
        self._answer = answer
        self._stop = threading.Event()
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen(8)
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._stop.set()
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            received = b""
            while not received.endswith((b"PING\0", b"\0\0\0\0")):
                received += connection.recv(65536)
            answer = b"PONG\0" if received.endswith(b"PING\0") else self._answer(received)
            if answer is None:
                self._stop.wait(30)
            else:
                connection.sendall(answer)


class Box:
    """A scanner on a folder of files, with a clock that the test moves."""

    def __init__(self, folder: Path, client: Clamd) -> None:
        self.folder, self.now = folder / "store", 1000.0
        self.results: list[tuple[str, Result]] = []
        known = KnownFiles(folder / "known", folder / "rules", CommandSocket(folder / "none.sock"))
        self.scanner = Scanner(
            self.folder,
            client,
            known,
            lambda address: str(address).startswith("192.168."),
            lambda pending, result: self.results.append((pending["file"]["filename"], result)),
            max_file_bytes=LIMIT,
            now=lambda: self.now,
        )
        self.waiting: list[dict[str, Any]] = []

    def stored(self, name: str, content: bytes, **info: Any) -> None:
        sha256 = f"{zlib.crc32(name.encode()):064x}"
        path = self.scanner.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        event: Mapping[str, Any] = {
            "timestamp": stamp_now(),
            "dest_ip": "192.168.1.5",
            "fileinfo": {"stored": True, "sha256": sha256, "filename": name, "size": len(content), **info},
        }
        pending = pending_from_event(event)
        assert pending is not None
        self.waiting.append(pending)

    def rounds(self, count: int) -> None:
        """So often every waiting file is looked at, ten seconds apart."""
        for _ in range(count):
            self.waiting = [each for each in self.waiting if not self.scanner.judge(each, threading.Event())]
            self.now += 10.0

    def outcomes(self) -> dict[str, str]:
        return {name: result.outcome for name, result in self.results}


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Callable[[Callable[[bytes], bytes | None]], Clamd]]:
    servers: list[Odd] = []

    def start(answer: Callable[[bytes], bytes | None]) -> Clamd:
        servers.append(Odd(tmp_path / "odd.sock", answer))
        return Clamd(tmp_path / "odd.sock", patience_s=0.3)

    yield start
    for server in servers:
        server.close()


def test_a_file_clamd_always_fails_at_is_set_aside_told_and_blocks_no_other(
    tmp_path: Path, odd: Callable[..., Clamd]
) -> None:
    box = Box(tmp_path, odd(lambda scanned: b"stream: no memory ERROR\0" if b"BAD" in scanned else b"stream: OK\0"))
    for name, content in (("first", b"BAD"), ("second", b"x"), ("third", b"x")):
        box.stored(name, content)
    box.rounds(1)
    assert box.outcomes() == {"second": "judged", "third": "judged"}, "the others go on at once"
    assert box.scanner.judging
    box.rounds(MAX_TRIES)
    name, result = box.results[-1]
    assert (name, result.outcome) == ("first", "unexamined")
    assert result.event is not None
    assert result.event["unexamined"]["reason"] == "scanner_error"
    assert result.event["unexamined"]["direction"] == "to_client"
    assert box.waiting == []


def test_when_every_file_fails_antivirus_is_not_on_until_one_is_judged(
    tmp_path: Path, odd: Callable[..., Clamd]
) -> None:
    broken = True
    box = Box(tmp_path, odd(lambda scanned: b"stream: broken ERROR\0" if broken else b"stream: OK\0"))
    for number in range(3):
        box.stored(f"file {number}", b"x")
    box.rounds(MAX_TRIES * 2)
    assert set(box.outcomes().values()) == {"unexamined"}
    assert not box.scanner.judging
    broken = False
    box.stored("later", b"x")
    box.rounds(1)
    assert box.scanner.judging


def test_a_file_clamd_never_answers_for_is_told_as_too_slow(tmp_path: Path, odd: Callable[..., Clamd]) -> None:
    box = Box(tmp_path, odd(lambda scanned: None if b"SLOW" in scanned else b"stream: OK\0"))
    box.stored("slow", b"SLOW")
    box.stored("quick", b"x")
    box.rounds(5)
    assert box.outcomes() == {"quick": "judged", "slow": "unexamined"}
    event = box.results[-1][1].event
    assert event is not None
    assert event["unexamined"]["reason"] == "too_slow"


def test_a_file_that_ends_clamd_is_not_asked_for_ever(tmp_path: Path, odd: Callable[..., Clamd]) -> None:
    box = Box(tmp_path, odd(lambda scanned: b"" if b"KILLS" in scanned else b"stream: OK\0"))
    box.stored("killer", b"KILLS")
    box.stored("good", b"x")
    box.rounds(MAX_TRIES + 1)
    assert box.outcomes() == {"good": "judged", "killer": "unexamined"}


def test_while_clamd_is_not_there_files_wait_and_nothing_counts_against_them(tmp_path: Path) -> None:
    box = Box(tmp_path, Clamd(tmp_path / "odd.sock"))
    box.stored("file", b"x")
    box.rounds(10)
    assert (box.results, box.scanner.judging, len(box.waiting)) == ([], False, 1)
    server = Odd(tmp_path / "odd.sock", lambda scanned: b"stream: OK\0")
    box.rounds(1)
    server.close()
    assert box.outcomes() == {"file": "judged"}
    assert box.scanner.judging


def test_a_file_of_which_only_the_beginning_was_stored_is_not_called_clean(
    tmp_path: Path, odd: Callable[..., Clamd]
) -> None:
    box = Box(tmp_path, odd(lambda scanned: b"stream: OK\0"))
    box.stored("large", b"x", state="TRUNCATED", size=LIMIT)
    box.stored("broken off", b"x", state="TRUNCATED", size=100)
    box.stored("whole", b"x", state="CLOSED", size=100)
    box.rounds(1)
    reasons = {name: result.event and result.event["unexamined"]["reason"] for name, result in box.results}
    assert reasons == {"large": "too_large", "broken off": "incomplete", "whole": None}


def test_a_file_that_is_gone_was_not_looked_into_unless_the_same_was_judged(
    tmp_path: Path, odd: Callable[..., Clamd]
) -> None:
    box = Box(tmp_path, odd(lambda scanned: b"stream: OK\0"))
    box.stored("seen", b"x")
    again = dict(box.waiting[0])
    box.rounds(1)
    box.stored("never", b"x")
    for path in box.folder.glob("??/*"):
        path.unlink()
    box.waiting.append(again)
    box.rounds(1)
    assert [(name, result.outcome) for name, result in box.results[1:]] == [("never", "unexamined"), ("seen", "judged")]


def test_many_unexamined_files_are_all_counted_and_some_told(tmp_path: Path, odd: Callable[..., Clamd]) -> None:
    box = Box(tmp_path, odd(lambda scanned: b"stream: Heuristics.Encrypted.Zip FOUND\0"))
    for number in range(MOST_EVENTS_AN_HOUR + 20):
        box.stored(f"{number}", b"x")
    box.rounds(1)
    assert len(box.results) == MOST_EVENTS_AN_HOUR + 20
    assert sum(result.event is not None for _, result in box.results) == MOST_EVENTS_AN_HOUR
    assert {result.outcome for _, result in box.results} == {"unexamined"}


def test_a_clock_put_back_does_not_make_a_delivered_file_a_stopped_one(
    tmp_path: Path, odd: Callable[..., Clamd]
) -> None:
    box = Box(tmp_path, odd(lambda scanned: b"stream: Bad FOUND\0"))
    box.stored("first", b"x")
    sha256 = box.waiting[0]["file"]["sha256"]
    (tmp_path / "known").write_text(
        f'broken\n{{"sha256": "{sha256}", "signature": "Bad", "live_at": "2026-01-01T00:00:00.000000+0000"}}\n[]\n'
    )
    known = KnownFiles(tmp_path / "known", tmp_path / "rules", CommandSocket(tmp_path / "none.sock"))
    assert known.was_live(sha256, "2026-01-01T00:00:01.000000+0000")
    assert not known.was_live(sha256, "2025-12-31T23:59:59.000000+0000")
    assert not known.was_live(sha256, "2099-01-01T00:00:00.000000+0000"), "seen while the clock was ahead"
    assert not known.was_live(sha256, None)


def test_names_of_files_do_not_lead_out_of_the_store() -> None:
    for sha256 in ("../../../etc/passwd", "A" * 64, "", None, 5, "0" * 63):
        event = {"fileinfo": {"stored": True, "sha256": sha256}}
        assert pending_from_event(event) is None


def test_what_a_waiting_file_is_kept_with_has_an_end() -> None:
    event = {
        "src_ip": "x" * 100_000,
        "ether": {"src_mac": ["a"] * 10_000},
        "http": {"url": "u" * 1_000_000},
        "fileinfo": {"stored": True, "sha256": "0" * 64, "filename": "\x01" * 1_000_000},
    }
    pending = pending_from_event(event)
    assert pending is not None
    assert len(str(pending)) < 30_000


def test_the_file_store_has_an_end_and_keeps_what_waits_longest(tmp_path: Path) -> None:
    for number in range(10):
        path = tmp_path / f"{number:02x}" / f"{number:064x}"
        path.parent.mkdir()
        path.write_bytes(bytes(1000))
    assert store_bound(tmp_path, {f"{0:064x}"}, limit=3000) == 7
    assert (tmp_path / "00" / f"{0:064x}").exists()
