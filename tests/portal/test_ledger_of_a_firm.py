"""A firm reads its list of machines, sees what is wrong before anything changes, compares, and saves the same list."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from sensors.models import Device, LedgerFile
from tenants.models import Membership
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast, user_make
from tests.portal.measuring import audit_trail
from tests.portal.pages import text_of

HEADING = "管理番号,機器名,種類,MACアドレス,IPアドレス,使っている人,置き場所,備考"
GOOD = (
    f"{HEADING}\r\nA-1,受付のパソコン,PC,00-1B-A9-00-00-01,192.168.1.23,佐藤,受付,=1+1\r\n"
    ",複合機,,,192.168.1.50,,,髙﨑\r\n"
)
BAD = f"{HEADING}\r\nA-1,受付,,00-1B-A9-00-00-01\r\nA-2,会計,,zz\r\n,,PC\r\n"


@pytest.fixture
def hanako(cast: Cast) -> Client:
    return _client(cast.hanako)


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, content: bytes, name: str = "台帳.csv") -> str:
    """Send a file; the page it leads to as text."""
    file = SimpleUploadedFile(name, content)
    return text_of(client.post("/boxes/ledger/", {"file": file}, follow=True).content.decode())


def take(client: Client, cast: Cast, action: str = "take") -> str:
    with tenant_scope(cast.sakura_dental.pk):
        waiting = LedgerFile.objects.get(taken_at=None, dropped_at=None)
    answer = client.post("/boxes/ledger/read/", {"ledger": str(waiting.pk), "action": action}, follow=True)
    return text_of(answer.content.decode())


def saved(client: Client) -> bytes:
    answer = client.get("/boxes/ledger.csv")
    assert answer.status_code == 200
    return bytes(answer.content)


def device_make(cast: Cast, mac: str, **fields: Any) -> Device:
    now = timezone.now()
    with tenant_scope(cast.sakura_dental.pk):
        made: Device = Device.objects.create(
            tenant=cast.sakura_dental,
            sensor=cast.sakura_box.sensor,
            mac=mac,
            first_seen_at=now,
            last_seen_at=now,
            **fields,
        )
    return made


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_is_shown_before_it_counts_and_counts_when_it_is_taken(
    hanako: Client, cast: Cast, encoding: str
) -> None:
    device_make(cast, "00:1b:a9:00:00:01", last_ip="192.168.1.23")
    page = send(hanako, GOOD.encode(encoding))
    for words in ("2件を読めました。台帳は、まだ変わっていません。", "1台のうち1台が、この台帳にあります。", "髙﨑"):
        assert words in page, words
    assert saved(hanako).decode("utf-8-sig").splitlines()[1:] == [], "nothing has changed yet"
    assert "台帳にしました。" in take(hanako, cast)
    assert "受付のパソコン" in saved(hanako).decode()
    codes = ("ledger.read", "ledger.taken")
    assert [audit_trail(code)[0]["data"]["lines"] for code in codes] == [2, 2]


def test_every_lines_error_is_named_and_only_whole_lines_are_taken(hanako: Client, cast: Cast) -> None:
    page = send(hanako, BAD.encode())
    assert "1件を読めました。直すところが2か所あります。" in page
    for words in ("3 MACアドレス zz MACアドレスとして読めません。", "4 ― ― 機器名もMACアドレスもありません。"):
        assert words in page, words
    take(hanako, cast)
    assert [line["機器名"] for line in csv.DictReader(io.StringIO(saved(hanako).decode("utf-8-sig")))] == ["受付"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_saved_and_read_again_is_the_same_list(hanako: Client, cast: Cast, language: str) -> None:
    hanako.cookies["django_language"] = language
    send(hanako, GOOD.encode())
    take(hanako, cast)
    first = saved(hanako)
    book = hanako.get("/boxes/ledger.xlsx").content
    for content, name in ((first, "台帳.csv"), (bytes(book), "台帳.xlsx")):
        send(hanako, content, name)
        take(hanako, cast)
        assert saved(hanako) == first, name
    again = load_workbook(io.BytesIO(hanako.get("/boxes/ledger.xlsx").content)).active.values
    assert list(again) == list(load_workbook(io.BytesIO(book)).active.values)
    assert "'=1+1" in first.decode(), "and no spreadsheet calculates it"


def test_a_new_file_replaces_the_list_and_one_that_is_dropped_does_not(hanako: Client, cast: Cast) -> None:
    send(hanako, GOOD.encode())
    take(hanako, cast)
    send(hanako, f"{HEADING}\r\n,新しい機器,PC\r\n".encode())
    assert "台帳は変えていません" in take(hanako, cast, "drop")
    assert "受付のパソコン" in saved(hanako).decode()
    send(hanako, f"{HEADING}\r\n,新しい機器,PC\r\n".encode())
    take(hanako, cast)
    assert "受付のパソコン" not in saved(hanako).decode()


def test_a_second_file_takes_the_place_of_the_one_that_waits(hanako: Client, cast: Cast) -> None:
    send(hanako, GOOD.encode())
    with tenant_scope(cast.sakura_dental.pk):
        first = LedgerFile.objects.get()
    assert "1件を読めました" in send(hanako, f"{HEADING}\r\n,新しい機器,PC\r\n".encode())
    take(hanako, cast)
    gone = hanako.post("/boxes/ledger/read/", {"ledger": str(first.pk), "action": "take"}, follow=True)
    assert "もう待っていません" in gone.content.decode()
    assert "新しい機器" in saved(hanako).decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ファイルに何もありません"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "古い形式のExcelファイル"),
        (b"PK\x03\x04", "Excelファイルとして読めません"),
        ("あ,い\r\n1,2".encode(), "見出しの行が見つかりません"),
        (HEADING.encode(), "機器の行がありません"),
        (b"x" * 1_000_001, "ファイルが大きすぎます"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(hanako: Client, cast: Cast, content: bytes, words: str) -> None:
    page = send(hanako, content)
    assert words in page
    assert "いまの台帳は変わっていません" in page
    with tenant_scope(cast.sakura_dental.pk):
        assert not LedgerFile.objects.exists()
    assert "ファイルを選んでください" in text_of(hanako.post("/boxes/ledger/").content.decode())


def test_machines_that_are_not_in_the_list_are_named_on_every_page_about_them(hanako: Client, cast: Cast) -> None:
    stranger = device_make(cast, "00:1b:a9:00:00:09", names_seen=["iPad-3"])
    known = device_make(cast, "00:1b:a9:00:00:01")
    assert "台帳にない" not in hanako.get("/boxes/devices/").content.decode(), "without a list nothing is missing in it"
    send(hanako, GOOD.encode())
    take(hanako, cast)
    assert "台帳にない機器が1台、会社のネットワークで動いていました。" in text_of(
        hanako.get("/boxes/ledger/").content.decode()
    )
    for page, is_there in (
        (f"/boxes/devices/{stranger.pk}/", "台帳にない"),
        (f"/boxes/devices/{stranger.pk}/which/", "台帳にない"),
        (f"/boxes/devices/{known.pk}/", "A-1番 受付のパソコン 佐藤(MACアドレスが同じ)"),
        (f"/boxes/devices/{known.pk}/which/", "A-1番 受付のパソコン 佐藤(MACアドレスが同じ)"),
        ("/boxes/devices/", "台帳にない機器が1台あります"),
    ):
        assert is_there in text_of(hanako.get(page).content.decode()), page


def test_another_firm_and_who_may_only_read_change_no_list(hanako: Client, cast: Cast) -> None:
    send(hanako, GOOD.encode())
    with tenant_scope(cast.sakura_dental.pk):
        waiting = LedgerFile.objects.get()
    jiro = _client(cast.jiro)
    jiro.post("/boxes/ledger/read/", {"ledger": str(waiting.pk), "action": "take"})
    reader = user_make("reader@sakura.invalid", cast.sakura_dental, Membership.Role.READ_ONLY)
    assert _client(reader).post("/boxes/ledger/read/", {"ledger": str(waiting.pk)}).status_code == 403
    with tenant_scope(cast.sakura_dental.pk):
        assert LedgerFile.objects.get().taken_at is None
    assert "受付" not in saved(jiro).decode()
    assert _client(cast.agent).get("/boxes/ledger/").status_code == 404
