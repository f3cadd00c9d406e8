"""Photos and files of a job: nothing is lost on the way, nothing of a camera stays in, nothing changes unnoticed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from PIL import Image

from incidents.jobsheet import sniffing, store, uploads
from incidents.jobsheet.checking import uploads_check
from incidents.models import Evidence, Job, Upload
from tenants.tenancy.scope import tenant_scope
from tests.clamd import clamd_answers
from tests.factories import Cast
from tests.incidents.jobsheets import Phone, jpeg, logged_in, other_vendor, phone_make
from tests.portal.measuring import audit_trail

EXIF_MAKE, EXIF_GPS = 0x010F, 0x8825


@pytest.fixture
def phone(cast: Cast, settings: Any, tmp_path: Path) -> Phone:
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    return phone_make(cast)


def _kept(phone: Phone) -> Evidence:
    with tenant_scope(phone.job.tenant_id):
        evidence: Evidence = Evidence.objects.get()
    return evidence


def _path(phone: Phone, file: Evidence) -> str:
    return phone.path(f"evidence/{file.pk}/")


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def _tagged() -> bytes:
    """A photo that says where and with what it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[EXIF_MAKE] = "SecretCamera"
    exif[0x0112] = 6
    exif.get_ifd(EXIF_GPS)[2] = (35.0, 41.0, 22.0)
    return jpeg(exif=exif, comment=b"SecretComment")


def test_a_photo_broken_off_twice_arrives_whole(phone: Phone) -> None:
    data, key = jpeg(400, 300), uuid.uuid4()
    first = phone.piece(key, data[:1000], size=len(data))
    assert (first.status_code, first.json()["received"]) == (200, 1000)
    # The phone never heard the answer and begins again: it is told where to go on.
    again = phone.piece(key, data[:1000], size=len(data))
    assert (again.status_code, again.json()["received"]) == (409, 1000)
    phone.piece(key, data[1000:5000], offset=1000, size=len(data))
    assert phone.client.get(phone.path(f"files/{key}/")).json()["received"] == 5000
    last = phone.piece(key, data[5000:], offset=5000, size=len(data))
    assert (last.status_code, last.json()) == (202, {"received": len(data), "state": "arrived", "told": ""})
    uploads_check(now=datetime.now(UTC))
    asked_again = phone.piece(key, b"", offset=len(data), size=len(data))
    assert asked_again.json() == {"received": len(data), "state": "done", "told": ""}
    file = _kept(phone)
    assert file.original_sha256 == hashlib.sha256(data).hexdigest()
    # Sent once more after it was finished: the same evidence, no second one.
    assert phone.piece(key, b"", offset=len(data), size=len(data)).json()["state"] == "done"
    assert _kept(phone).pk == file.pk


def test_place_owner_and_camera_are_gone_from_what_is_kept_and_the_photo_stands_upright(phone: Phone) -> None:
    data = _tagged()
    assert b"SecretCamera" in data
    phone.file(data)
    file = _kept(phone)
    body = _body(phone.client.get(_path(phone, file)))
    assert hashlib.sha256(body).hexdigest() == file.sha256 != file.original_sha256
    assert file.original_sha256 == hashlib.sha256(data).hexdigest()
    assert b"SecretCamera" not in body
    assert b"SecretComment" not in body
    with Image.open(BytesIO(body)) as image:
        assert image.size == (40, 60)
        assert not image.getexif()


def test_a_log_is_kept_byte_by_byte_and_only_ever_saved_by_the_browser(phone: Phone) -> None:
    log = b"ElfFile\x00" + os.urandom(3000)
    phone.file(log, name="Security.evtx")
    file = _kept(phone)
    answer = phone.client.get(_path(phone, file))
    assert _body(answer) == log
    assert (file.sha256, file.media_type) == (hashlib.sha256(log).hexdigest(), "application/x-evtx")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b"<svg xmlns='x' onload='alert(1)'/>"])
def test_a_page_that_calls_itself_a_photo_is_no_photo(phone: Phone, data: bytes) -> None:
    phone.file(data, name="photo.jpg")
    answer = phone.client.get(_path(phone, _kept(phone)))
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_file_changed_on_the_disk_is_not_given_out_and_the_trail_says_so(phone: Phone) -> None:
    phone.file(b"a line of a log\n" * 50, name="log.txt")
    file = _kept(phone)
    stored = store.stored_path(file.tenant_id, file.sha256)
    assert stored.stat().st_mode & 0o222 == 0
    stored.chmod(0o640)
    data = bytearray(stored.read_bytes())
    data[100] ^= 1
    stored.write_bytes(bytes(data))
    answer = phone.client.get(_path(phone, file))
    assert answer.status_code == 409
    assert "ファイルが記録と違います" in answer.content.decode()
    assert [line["tenant"] for line in audit_trail("evidence.tampered")] == [file.tenant_id]
    stored.unlink()
    assert phone.client.get(_path(phone, file)).status_code == 409


def test_the_database_lets_nobody_change_or_delete_evidence(phone: Phone) -> None:
    phone.file(b"log", name="log.txt")
    with pytest.raises(DatabaseError, match="permission denied"), tenant_scope(phone.job.tenant_id):
        Evidence.objects.update(sha256="0" * 64)
    with pytest.raises(DatabaseError, match="permission denied"), tenant_scope(phone.job.tenant_id):
        Evidence.objects.all().delete()


def test_only_those_who_read_the_job_get_its_files(phone: Phone, cast: Cast) -> None:
    phone.file(b"log", name="log.txt")
    path = _path(phone, _kept(phone))
    for user in (cast.engineer, cast.hanako, cast.agent):
        assert _body(logged_in(user).get(path)) == b"log"
    for client in (other_vendor(cast), logged_in(cast.jiro), logged_in(cast.clerk), logged_in(cast.analyst)):
        assert client.get(path).status_code == 404


def test_files_too_large_empty_or_unreadable_are_refused_with_words(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = phone.piece(uuid.uuid4(), b"x", size=uploads.MOST_FILE + 1)
    assert (refused.status_code, refused.json()["told"]) == (422, "ファイルが大きすぎます。1つ100MBまでです。")
    broken = phone.file(b"\xff\xd8\xff" + bytes(500))
    assert (broken.status_code, broken.json()["state"]) == (422, "refused")
    assert "撮り直すか" in broken.json()["told"]
    monkeypatch.setattr(uploads, "MOST_JOB", 100)
    full = phone.file(b"x" * 101, name="log.txt")
    assert full.status_code == 422
    with tenant_scope(phone.job.tenant_id):
        assert not Evidence.objects.exists()
    incoming = store.incoming_path(phone.job.tenant_id, uuid.uuid4()).parent
    assert [path.name for path in incoming.iterdir()] == []


@pytest.mark.parametrize("wrong", [{"offset": "x"}, {"offset": "-1"}, {"size": "x"}, {"size": ""}])
def test_a_piece_that_tells_not_where_it_begins_or_how_long_the_file_is_is_no_piece(
    phone: Phone, wrong: dict[str, str]
) -> None:
    key = uuid.uuid4()
    assert phone.piece(key, b"x", **wrong).status_code == 404
    assert phone.client.get(phone.path(f"files/{key}/")).status_code == 404


def test_more_is_not_taken_than_was_announced(phone: Phone) -> None:
    key = uuid.uuid4()
    phone.piece(key, b"x" * 900, size=10, name="log.txt")
    uploads_check(now=datetime.now(UTC))
    assert _kept(phone).size == 10


def test_a_plain_form_sends_files_without_scripts_and_twice_is_once(phone: Phone) -> None:
    key, photo = str(uuid.uuid4()), jpeg()
    for _again in range(2):
        files = [SimpleUploadedFile("画面.jpg", photo), SimpleUploadedFile("scan.log", b"0 found\n")]
        answer = phone.client.post(phone.path("files/"), {"files": files, "key": key, "caption": "スキャンの画面"})
        assert answer.status_code == 302
        assert "ウイルス検査が終わると、一覧に出ます" in phone.client.get(phone.path("sheet/")).content.decode()
        uploads_check(now=datetime.now(UTC))
    with tenant_scope(phone.job.tenant_id):
        assert sorted(Evidence.objects.values_list("kind", "name", "caption")) == [
            ("file", "scan.log", "スキャンの画面"),
            ("photo", "画面.jpg", "スキャンの画面"),
        ]


def test_a_form_larger_than_the_cap_is_not_even_read(phone: Phone, settings: Any) -> None:
    settings.UPLOAD_CAP = 10_000
    answer = phone.client.post(
        phone.path("files/"), {"files": SimpleUploadedFile("x.log", b"x" * 20_000), "key": str(uuid.uuid4())}
    )
    assert answer.status_code == 400
    with tenant_scope(phone.job.tenant_id):
        assert not Upload.objects.exists()


def test_a_closed_job_takes_no_more_files(phone: Phone) -> None:
    with tenant_scope(phone.job.tenant_id):
        Job.objects.filter(pk=phone.job.pk).update(state="closed")
    assert phone.piece(uuid.uuid4(), b"log", name="log.txt").status_code == 409


@pytest.fixture
def scanner(tmp_path: Path, settings: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A real clamd that knows one file by its hash."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin")
    assert program, "clamd is missing: python3 ops/install.py"
    signatures, socket = tmp_path / "signatures", tmp_path / "c.sock"
    signatures.mkdir()
    sample = b"known bad bytes"
    line = f"{hashlib.md5(sample, usedforsecurity=False).hexdigest()}:{len(sample)}:Test.Sample\n"
    (signatures / "own.hdb").write_text(line)
    configuration = tmp_path / "clamd.conf"
    configuration.write_text(f"LocalSocket {socket}\nForeground yes\nDatabaseDirectory {signatures}\n")
    process = subprocess.Popen([program, "--foreground", "-c", str(configuration)], stdout=subprocess.DEVNULL)
    clamd_answers(socket)
    settings.CLAMD_ADDRESS = str(socket)
    yield process
    process.kill()
    process.wait()


def test_a_virus_is_refused_and_deleted_and_a_silent_scanner_makes_files_wait(
    phone: Phone, scanner: subprocess.Popen[bytes]
) -> None:
    infected = phone.file(b"known bad bytes", name="sample.bin")
    assert infected.status_code == 422
    assert "ウイルスが見つかった" in infected.json()["told"]
    phone.file(b"harmless", name="log.txt")
    assert _kept(phone).checked == "clean"
    scanner.kill()
    scanner.wait()
    key = uuid.uuid4()
    waiting = phone.file(b"harmless too", key, name="log2.txt")
    assert (waiting.status_code, waiting.json()["state"]) == (202, "arrived")
    with tenant_scope(phone.job.tenant_id):
        assert Evidence.objects.count() == 1
        assert Upload.objects.get(key=key).attempts == 0
    # After an hour without a scanner it is kept, and marked as what it is.
    uploads_check(now=datetime.now(UTC) + timedelta(hours=1, minutes=1))
    with tenant_scope(phone.job.tenant_id):
        assert Evidence.objects.get(key=key).checked == "not_looked_into"
    assert "中のウイルスを調べられませんでした" in phone.client.get(phone.path("sheet/")).content.decode()


def test_without_a_scanner_a_file_is_marked_as_not_checked(phone: Phone) -> None:
    phone.file(b"log", name="log.txt")
    assert _kept(phone).checked == "not_checked"
    assert "ウイルス検査をしていません" in phone.client.get(phone.path("sheet/")).content.decode()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"PK\x03\x04", "application/zip"),
        ("ウイルスは0件".encode("cp932"), "text/plain"),
        ("ウイルスは0件\n".encode() * 400, "text/plain"),
        (b"MZ\x90\x00", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head: bytes, kind: str) -> None:
    assert sniffing.media_type(head[: sniffing.HEAD]) == kind
