"""Photos of every phone and screen are kept as what they show, without where they were taken; none stops the queue."""

from __future__ import annotations

import struct
import uuid
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageCms

from incidents.jobsheet import checking, photo_process, store
from incidents.jobsheet.checking import uploads_check
from incidents.jobsheet.file_names import file_name
from incidents.jobsheet.photos import LONG_SIDE
from incidents.models import Evidence, Upload
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.incidents.jobsheets import Phone, jpeg, phone_make

pillow_heif.register_heif_opener()
NOW = datetime.now(UTC)
EXIF_MAKE, EXIF_GPS = 0x010F, 0x8825


@pytest.fixture
def phone(cast: Cast, settings: Any, tmp_path: Path) -> Phone:
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    return phone_make(cast)


def picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def placed() -> Image.Exif:
    exif = Image.Exif()
    exif[EXIF_MAKE] = "SecretCamera"
    exif.get_ifd(EXIF_GPS)[2] = (35.0, 41.0, 22.0)
    return exif


def kept(phone: Phone) -> list[tuple[Evidence, Image.Image]]:
    with tenant_scope(phone.job.tenant_id):
        rows = list(Evidence.objects.all())
    made: list[tuple[Evidence, Image.Image]] = []
    for row in rows:
        with store.opened(row.tenant_id, row.sha256) as file:
            data = file.read()
        assert b"SecretCamera" not in data
        image: Image.Image = Image.open(BytesIO(data))
        image.load()
        made.append((row, image))
    return made


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg_with(marker: int, note: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    plain = saved(picture(), "JPEG", exif=exif)
    return plain[:2] + bytes([0xFF, 0xFF, marker]) + struct.pack(">H", len(note) + 2) + note + plain[2:]


def png_with(kind: bytes, note: bytes) -> bytes:
    plain = saved(picture(), "PNG")
    return plain[:33] + png_chunk(kind, note) + plain[33:]


def grey_of_16_bits() -> bytes:
    """A PNG as some scanners write it; the library used here would write none."""
    rows = b"".join(b"\0" + b"".join(struct.pack(">H", x * 1024) for x in range(64)) for _y in range(4))

    head = struct.pack(">IIBBBBB", 64, 4, 16, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, data) for kind, data in parts)


def negative_resolution() -> bytes:
    """A JPEG whose EXIF says that it has -1/1 dots per inch: written by some scanning apps, readable by all viewers."""
    tiff = struct.pack("<2sHIH", b"II", 42, 8, 2)
    tiff += struct.pack("<HHII", 0x011A, 10, 1, 38) + struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    tiff += struct.pack("<I", 0) + struct.pack("<ii", -1, 1)
    exif = b"Exif\0\0" + tiff
    plain = jpeg()
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]


@pytest.mark.parametrize(
    ("kind", "options"),
    [("HEIF", {}), ("AVIF", {}), ("WEBP", {"lossless": True}), ("JPEG", {}), ("PNG", {})],
)
def test_a_photo_of_every_phone_is_kept_without_its_place(phone: Phone, kind: str, options: dict[str, Any]) -> None:
    data = saved(picture(), kind, exif=placed(), **options)
    assert b"SecretCamera" in data
    assert phone.file(data, name="IMG_0001").json()["state"] == "done"
    ((row, image),) = kept(phone)
    assert (row.kind, image.size, bool(image.getexif())) == ("photo", (64, 48), False)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
def test_a_screen_or_scan_of_any_kind_of_colours_shows_what_it_showed(phone: Phone, mode: str) -> None:
    data = grey_of_16_bits() if mode == "I;16" else saved(picture(mode), "PNG")
    phone.file(data, name="scan.png")
    ((_row, image),) = kept(phone)
    shades = image.convert("L").histogram()
    assert sum(shades[:10])
    assert sum(shades[240:])


def test_a_print_shops_picture_in_four_colours_is_kept(phone: Phone) -> None:
    phone.file(saved(picture("CMYK"), "JPEG"))
    assert kept(phone)[0][1].mode == "RGB"


def test_colours_of_a_wide_screen_are_brought_to_what_every_screen_shows(phone: Phone) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    phone.file(saved(picture(), "PNG", icc_profile=profile))  # a profile that does not fit
    phone.file(saved(picture(), "PNG", icc_profile=b"no profile"))
    assert [image.size for _row, image in kept(phone)] == [(64, 48)] * 2
    assert not any("icc_profile" in image.info for _row, image in kept(phone))


@pytest.mark.parametrize(("width", "height"), [(8160, 6144), (12000, 9000)])
def test_a_photo_of_a_large_camera_is_scaled_not_refused(phone: Phone, width: int, height: int) -> None:
    phone.file(saved(Image.new("RGB", (width, height), (200, 30, 40)), "JPEG"))
    ((_row, image),) = kept(phone)
    assert max(image.size) == LONG_SIDE
    assert abs(image.width / image.height - width / height) < 0.01


def test_a_picture_made_to_fill_the_memory_is_refused_with_words(phone: Phone) -> None:
    bomb = saved(Image.new("L", (20_000, 20_000)), "PNG")
    assert len(bomb) < 1_000_000
    answer = phone.file(bomb, name="bomb.png")
    assert answer.status_code == 422
    assert "画素が多すぎて" in answer.json()["told"]


def test_a_broken_note_of_the_camera_costs_no_photo_and_stops_none_behind_it(phone: Phone) -> None:
    for data in (negative_resolution(), jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff"), jpeg()):
        assert phone.file(data).json()["state"] == "done"
    assert [image.size for _row, image in kept(phone)] == [(40, 60), (60, 40), (60, 40)]


@pytest.mark.parametrize(
    ("marker", "note"),
    [
        (0xE2, b"ICC_PROFILE\0"),
        (0xE0, b"JFIF\0"),
        (0xED, b"Photoshop 3.0\x008BIM\x03\xed"),
        (0xEE, b"Adobe"),
        (0xE1, b"Exif\0"),
        (0xE2, b"MPF\0MM\0*\xff\xff"),
        (0xFE, b""),
    ],
)
def test_a_photo_with_a_broken_note_is_kept_and_stands_upright(phone: Phone, marker: int, note: bytes) -> None:
    assert phone.file(jpeg_with(marker, note)).json()["state"] == "done"
    assert kept(phone)[0][1].size == (48, 64)


@pytest.mark.parametrize("kind", [b"iCCP", b"fcTL", b"fdAT", b"zTXt", b"eXIf", b"caBX"])
def test_a_screen_with_a_broken_note_is_kept(phone: Phone, kind: bytes) -> None:
    assert phone.file(png_with(kind, b""), name="screen.png").json()["state"] == "done"
    assert kept(phone)[0][1].size == (64, 48)


def cut(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


def noise() -> Image.Image:
    return Image.effect_noise((400, 300), 90).convert("RGB")


def broken_at_its_beginning() -> bytes:
    whole = saved(noise(), "PNG")
    return whole[:60] + bytes([whole[60] ^ 1]) + whole[61:]


@pytest.mark.parametrize("data", [cut(saved(noise(), "HEIF"), 0.8), broken_at_its_beginning()])
def test_a_photo_of_which_nothing_is_left_is_refused_and_not_kept_as_a_black_one(phone: Phone, data: bytes) -> None:
    answer = phone.file(data, name="IMG_0002.HEIC")
    assert answer.status_code == 422
    assert "写真として開けません" in answer.json()["told"]


def test_a_photo_of_one_colour_is_kept(phone: Phone) -> None:
    for kind in ("JPEG", "PNG", "HEIF"):
        assert phone.file(saved(Image.new("RGB", (64, 48)), kind)).json()["state"] == "done"


def test_half_a_photo_is_half_of_what_was_seen(phone: Phone) -> None:
    whole = jpeg(400, 300)
    phone.file(whole[: len(whole) // 2])
    assert kept(phone)[0][1].size == (400, 300)


FILMS_AND_RAW = [
    b"\0\0\0\x20ftypisom" + bytes(50),
    b"\0\0\0\x14ftypqt  " + bytes(50),
    b"\0\0\0\x18ftypcrx " + bytes(50),
    b"\0\0\0\x18ftyp3gp5" + bytes(50),
    b"II*\0" + bytes(50),
    b"MM\0*" + bytes(50),
    b"FUJIFILMCCD-RAW " + bytes(50),
    b"\xff\x0a" + bytes(50),
    b"\0\0\0\x0cJXL " + bytes(50),
    b"\x1aE\xdf\xa3" + bytes(50),
    b"\0MRM" + bytes(50),
    b"II\x1a\0\0\0HEAPCCDR" + bytes(50),
    b"II\xbc\x01" + bytes(50),
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(50),
    b"FLV\x01" + bytes(50),
    b"\0\0\x01\xba" + bytes(50),
    (b"G" + bytes(187)) * 30,
    (bytes(4) + b"G" + bytes(187)) * 30,
    b"\0\0\0\x08free\0\0\0\x18ftypheic" + bytes(50),
]


@pytest.mark.parametrize("data", FILMS_AND_RAW)
def test_what_may_hold_a_place_that_nobody_takes_out_is_refused_with_words(phone: Phone, data: bytes) -> None:
    answer = phone.file(data, name="film")
    assert answer.status_code == 422
    assert "撮った場所の記録を消せない" in answer.json()["told"]
    assert "動画と、TIFF・RAWの写真は受け取れません" in phone.client.get(phone.path("sheet/")).content.decode()


def test_the_file_behind_a_refused_one_is_kept_by_the_same_round(phone: Phone) -> None:
    bad, good = uuid.uuid4(), uuid.uuid4()
    phone.piece(bad, b"\xff\xd8\xff" + bytes(100))
    phone.piece(good, jpeg())
    assert uploads_check(now=NOW + timedelta(seconds=1)) == 2
    with tenant_scope(phone.job.tenant_id):
        assert dict(Upload.objects.values_list("key", "state")) == {bad: "refused", good: "done"}


def stopped(*_files: Path) -> str:
    raise photo_process.DrawingStopped("killed")


def failing(*_files: Path) -> str:
    raise RuntimeError("a fault of ours")


@pytest.mark.parametrize("drawing", [stopped, failing])
def test_a_photo_that_ends_the_drawing_program_is_tried_three_times_and_then_refused(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, drawing: Callable[..., str]
) -> None:
    bad, good = uuid.uuid4(), uuid.uuid4()
    phone.piece(bad, jpeg())
    phone.piece(good, b"a log", name="log.txt")
    monkeypatch.setattr(photo_process, "redrawn", drawing)
    rounds = [uploads_check(now=NOW + timedelta(minutes=10 * number)) for number in range(checking.MOST_TRIES + 2)]
    assert rounds[0] == 1  # the log
    with tenant_scope(phone.job.tenant_id):
        states = dict(Upload.objects.values_list("key", "state"))
        assert states == {bad: "refused", good: "done"}
    assert phone.piece(bad, b"", offset=1).json()["told"]


def test_a_worker_killed_before_the_row_was_written_begins_again(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    data, key = jpeg(), uuid.uuid4()
    phone.piece(key, data)

    def killed(**_about: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checking, "audit_record", killed)
        with pytest.raises(KeyboardInterrupt):
            uploads_check(now=NOW + timedelta(seconds=1))
    with tenant_scope(phone.job.tenant_id):
        assert not Evidence.objects.exists()
    assert uploads_check(now=NOW + timedelta(seconds=2)) == 1
    assert kept(phone)[0][0].key == key
    assert not store.incoming_path(phone.job.tenant_id, key).exists()


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("か\u3099めん.jpg", "がめん.jpg"),
        ("\ufa1b田様\ufa19棚.jpg", "\ufa1b田様\ufa19棚.jpg"),
        ("画面　１.jpg", "画面　１.jpg"),
        ("C:\\Users\\田中\\log.txt", "log.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\r\nb\0.txt", "ab.txt"),
        ("　 ", "file"),
        ("a/..", "file"),
        ("\u200d\ufe0f", "file"),
        ("\u3164\u2800", "file"),
        ("CON.jpg.", "CON.jpg."),
        ("𬵪👩\u200d💻.png", "𬵪👩\u200d💻.png"),
        ("長" * 300 + ".pdf", "長" * 196 + ".pdf"),
    ],
)
def test_a_file_has_the_name_a_person_sees(sent: str, name: str) -> None:
    assert file_name(sent) == name
