"""A firm installs its box by itself, and finds out which machine is which."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sensors.devices import Sighting, devices_note
from sensors.guide import BELOW, LINES, WIFIS, answers_read, picture
from sensors.models import Device, InspectionConsent, Order, Sensor
from tenants.tenancy.scope import tenant_scope
from tests import factories
from tests.factories import Cast
from tests.portal import pages, scenes

PRINTER = "00:1b:a9:01:02:03"


@pytest.fixture
def hanako(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.hanako)
    return client


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return pages.text_of(answer.content.decode())


def _seen(cast: Cast, mac: str = PRINTER, firm: str = "sakura") -> Device:
    box = (cast.sakura_box if firm == "sakura" else cast.yamada_box).sensor
    now = timezone.now()
    with tenant_scope(box.tenant_id):
        devices_note(tenant_id=box.tenant_id, sensor_id=box.pk, sightings=[Sighting(mac, now, now, "192.168.1.20")])
        device: Device = Device.objects.get(mac=mac)
    return device


def _agree(hanako: Client) -> None:
    hanako.post("/boxes/guide/consent/", {"agree": "yes"})


def test_a_new_machine_is_told_and_named(hanako: Client, cast: Cast) -> None:
    device = _seen(cast)
    page = _text(hanako.get("/boxes/devices/"))
    assert "1台の機器を初めて見ました" in page
    assert "Brother" in page
    fields = {"given_name": "2階のプリンター", "owner": "総務", "whose": "company", "antivirus": "no"}
    page = _text(hanako.post(f"/boxes/devices/{device.pk}/", fields, follow=True))
    assert "2階のプリンター" in page
    assert "会社のもの" in page
    assert "ウイルス対策なし" in page
    assert "初めて見ました" not in page


def test_a_machine_is_found_by_the_number_in_the_mail(hanako: Client, cast: Cast) -> None:
    _seen(cast)
    _seen(cast, "00:0c:29:01:02:03")
    page = _text(hanako.get("/boxes/devices/?q=00-1B-A9-01-02-03"))
    assert "00:1B:A9:01:02:03" in page.upper()
    assert "00:0C:29" not in page.upper()
    assert "見つかりません" in _text(hanako.get("/boxes/devices/?q=nothing"))


def test_a_notice_calls_the_machine_by_its_name(hanako: Client, cast: Cast) -> None:
    device = _seen(cast)
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", asset_mac=PRINTER)
    with tenant_scope(group.tenant_id):
        type(group).objects.filter(pk=group.pk).update(asset_mac=PRINTER)
    assert "この機器に名前を付ける" in _text(hanako.get(f"/alerts/{group.pk}/"))
    hanako.post(f"/boxes/devices/{device.pk}/", {"given_name": "受付のパソコン"})
    for page in (f"/alerts/{group.pk}/", "/alerts/", "/"):
        assert "受付のパソコン (" in _text(hanako.get(page))


def test_another_firms_machine_is_not_there(hanako: Client, cast: Cast) -> None:
    theirs = _seen(cast, firm="yamada")
    assert hanako.get(f"/boxes/devices/{theirs.pk}/").status_code == 404
    assert hanako.post(f"/boxes/devices/{theirs.pk}/", {"given_name": "x"}).status_code == 404
    assert "まだ機器を見つけていません" in _text(hanako.get("/boxes/devices/"))


def test_who_may_only_read_names_nothing(cast: Cast) -> None:
    device = _seen(cast)
    client = Client()
    client.force_login(factories.user_make("guest@sakura.invalid", cast.sakura_dental, role="read_only"))
    assert "保存する" not in _text(client.get(f"/boxes/devices/{device.pk}/"))
    assert client.post(f"/boxes/devices/{device.pk}/", {"given_name": "x"}).status_code == 403


def test_consent_comes_before_how_to_plug_it_in(hanako: Client, cast: Cast) -> None:
    page = _text(hanako.get("/boxes/guide/?line=router&wifi=none&below=hub"))
    assert "通信の秘密" in page
    assert "抜いたケーブルを" not in page
    assert "印を付けてください" in _text(hanako.post("/boxes/guide/consent/", {}, follow=True))
    _agree(hanako)
    _agree(hanako)
    with tenant_scope(cast.sakura_dental.pk):
        assert [(row.version, row.given_by_id) for row in InspectionConsent.objects.all()] == [(1, cast.hanako.pk)]
    assert "抜いたケーブルを" in _text(hanako.get("/boxes/guide/?line=router&wifi=none&below=hub"))


def test_every_answer_has_a_picture_with_the_box_right_below_the_router_that_logs_in() -> None:
    for line, wifi, below in product(LINES, WIFIS, BELOW):
        answers = answers_read(line, wifi, below)
        assert answers is not None
        shown = picture(answers)
        looks = [part.look for part in shown.chain]
        assert looks.count("ours") == 1
        above = str(shown.chain[looks.index("ours") - 1].label)
        wanted = {"router": "ルーター", "gateway": "ホームゲートウェイ", "unknown": "いちばん回線側のルーター"}[line]
        assert above == wanted
        assert len(shown.chain) > looks.index("ours") + 1
        assert shown.router_wifi_off == (wifi == "router")
    assert answers_read("router", "", "hub") is None


@pytest.mark.parametrize(
    ("query", "step"),
    [
        ("line=router&wifi=none&below=hub", "ONUとルーターの間には入れないでください"),
        ("line=gateway&wifi=router&below=hub", "ルーターのWi-Fiを切り"),
        ("line=gateway&wifi=point&below=hub", "アクセスポイント"),
        ("line=router&wifi=router&below=routers", "アクセスポイント(ブリッジ)モード"),
        ("line=gateway&wifi=none&below=none", "ハブに集めます"),
        ("line=unknown&wifi=none&below=hub", "お電話ください"),
    ],
)
def test_the_steps_fit_the_network(hanako: Client, query: str, step: str) -> None:
    _agree(hanako)
    page = hanako.get(f"/boxes/guide/?{query}").content.decode()
    assert step in pages.text_of(page)
    assert "<svg" in page
    assert pages.inline_code(page) == []


def test_what_the_box_cannot_see_is_said_before_and_after_consent(hanako: Client) -> None:
    for _round in range(2):
        page = _text(hanako.get("/boxes/guide/"))
        assert "暗号化されたページやメールの中身" in page
        assert "社外で使うパソコン" in page
        _agree(hanako)


def test_the_self_test_follows_the_box(hanako: Client, cast: Cast) -> None:
    box, now = cast.sakura_box.sensor, timezone.now()
    _change(box, activated_at=None, last_seen_at=None, state=Sensor.State.SHIPPED)
    assert "まだ連絡がありません" in _check(hanako)
    _change(box, activated_at=now, last_seen_at=now, state=Sensor.State.ACTIVE, heartbeat={"protection": "off"})
    page = _check(hanako)
    assert "つながっています" in page
    assert "まだ検査していません" in page
    _change(box, heartbeat={"protection": "on", "placement": "above_router"})
    page = _check(hanako)
    assert "検査しています" in page
    assert "ルーターより回線側" in page
    _change(box, heartbeat={"protection": "on", "placement": "ok"})
    with tenant_scope(box.tenant_id):
        Order.objects.create(
            tenant_id=box.tenant_id,
            sensor=box,
            version=1,
            made_at=now,
            content_sha256="",
            manifest=b"{}",
            signature=b"",
            state=Order.State.APPLIED,
            answered_at=now,
        )
    assert "見守りを始めました" in _check(hanako)
    _change(box, last_seen_at=now - timedelta(minutes=10))
    page = _check(hanako)
    assert "から連絡がありません" in page
    assert "見守りを始めました" not in page


def _check(client: Client) -> str:
    return _text(client.get("/boxes/guide/check/", headers={"HX-Request": "true"}))


def _change(box: Sensor, **fields: Any) -> None:
    with tenant_scope(box.tenant_id):
        Sensor.objects.filter(pk=box.pk).update(**fields)


def test_the_firm_says_that_its_box_arrived(hanako: Client, cast: Cast) -> None:
    box = cast.sakura_box.sensor
    _change(box, activated_at=None, state=Sensor.State.SHIPPED)
    assert "は届きましたか" in _text(hanako.get("/boxes/guide/"))
    hanako.post("/boxes/guide/arrived/", {"box": cast.yamada_box.sensor.pk})
    hanako.post("/boxes/guide/arrived/", {"box": box.pk})
    assert "は届きましたか" not in _text(hanako.get("/boxes/guide/"))
    with tenant_scope(box.tenant_id):
        assert Sensor.objects.get(pk=box.pk).state == Sensor.State.ARRIVED
    with tenant_scope(cast.yamada_works.pk):
        assert Sensor.objects.get().arrived_at is None


def test_one_is_not_led_away_from_the_guide(hanako: Client) -> None:
    for address in ("https://evil.test/", "//evil.test", "/alerts/"):
        answer = hanako.post("/boxes/guide/consent/", {"agree": "yes", "next": address})
        assert answer["Location"] == "/boxes/guide/"
