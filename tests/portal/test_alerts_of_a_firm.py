"""A firm reads its alerts: the list with filters, and one alert explained."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alerts.models import AlertGroup
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.measuring import queries
from tests.portal.pages import text_of
from tests.sensors.box import Sender, alert_line, ingest_all
from web.plain_words import unexplained


@pytest.fixture
def reader(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.hanako)
    return client


def _list(reader: Client, query: str = "") -> str:
    return text_of(reader.get(f"/alerts/{query}").content.decode())


def test_the_list_shows_what_was_worth_telling_in_the_last_30_days(reader: Client, cast: Cast) -> None:
    now, box = timezone.now(), cast.sakura_box.sensor
    scenes.group_make(box, "web-guard", asset_ip="192.168.1.31")
    scenes.group_make(box, "inbound-blocked", asset_ip="192.168.1.99")
    scenes.group_make(box, "web-guard", at=now - timedelta(days=40), asset_ip="192.168.1.88")
    page = _list(reader)
    assert "192.168.1.31" in page
    assert "192.168.1.99" not in page
    assert "192.168.1.88" not in page
    assert "192.168.1.99" in _list(reader, "?grade=all")
    assert "192.168.1.88" in _list(reader, "?days=90")


def test_filters_narrow_and_nonsense_in_the_address_is_ignored(reader: Client, cast: Cast) -> None:
    box = cast.sakura_box.sensor
    scenes.group_make(box, "web-guard", asset_ip="192.168.1.31")
    scenes.group_make(box, "virus-delivered", asset_ip="192.168.1.40")
    scenes.group_make(box, "internal-weakness", asset_ip="192.168.1.50")
    assert _devices(_list(reader, "?function=av")) == {40}
    assert _devices(_list(reader, "?grade=1")) == {50}
    assert _devices(_list(reader, "?grade=2&function=wg")) == {31}
    assert _devices(_list(reader, "?grade=9&function=x&days=many&page=abc")) == {31, 40, 50}
    assert "この条件に合うお知らせはありません" in _list(reader, "?grade=3")


def _devices(page: str) -> set[int]:
    return {last for last in (31, 40, 50) if f"192.168.1.{last}" in page}


def test_importance_is_written_in_words_and_blocking_is_said(reader: Client, cast: Cast) -> None:
    box = cast.sakura_box.sensor
    scenes.group_make(box, "web-guard", count=4)
    scenes.group_make(box, "virus-delivered")
    page = _list(reader)
    assert "重要度 中(★★☆)" in page
    assert "止めました" in page
    assert "届きました" in page


def test_a_long_list_has_pages_that_keep_the_filters(reader: Client, cast: Cast) -> None:
    for number in range(23):
        scenes.group_make(cast.sakura_box.sensor, "web-guard", count=1, family=f"f{number}", peer=f"site{number}.test")
    first = reader.get("/alerts/?function=wg").content.decode()
    assert "全23件のうち 1〜20件目" in text_of(first)
    assert "?function=wg&amp;page=2" in first
    assert "全23件のうち 21〜23件目" in _list(reader, "?function=wg&page=2")


def test_pages_take_the_same_few_queries_however_long_their_lists(reader: Client, cast: Cast) -> None:
    box = cast.sakura_box.sensor
    group = scenes.group_make(box, "web-guard", count=2)
    paths = ("/", "/alerts/", f"/alerts/{group.pk}/")
    _sites(cast, 2)
    before = [len(queries(reader, path)) for path in paths]
    _sites(cast, 19)
    assert [len(queries(reader, path)) for path in paths] == before
    assert before[0] <= 54
    assert max(before[1:]) <= 45


def _sites(cast: Cast, many: int) -> None:
    """A visit to each of so many listed sites."""
    for number in range(many):
        name = f"site{many}-{number}.test"
        scenes.group_make(cast.sakura_box.sensor, "web-guard", count=1, family=name, peer=name)


def test_an_alert_says_what_happened_whether_it_stopped_and_what_to_do(reader: Client, cast: Cast) -> None:
    scenes.desk_hours_set()
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard", count=2)
    page = text_of(reader.get(f"/alerts/{group.pk}/").content.decode())
    assert "危険なサイトを開こうとした端末があります" in page
    assert "2回すべて、センサーが止めました" in page
    assert "何を開いたかを聞いてください" in page
    assert "tel:0120-000-000" in reader.get(f"/alerts/{group.pk}/").content.decode()


def test_a_record_asks_for_nothing(reader: Client, cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "inbound-blocked")
    assert "していただくことはありません" in text_of(reader.get(f"/alerts/{group.pk}/").content.decode())


def test_an_alert_tells_how_often_the_same_happened_on_the_same_device(reader: Client, cast: Cast) -> None:
    box, now = cast.sakura_box.sensor, timezone.now()
    scenes.group_make(box, "web-guard", at=now - timedelta(days=3), count=4)
    scenes.group_make(box, "web-guard", at=now - timedelta(days=2), count=9, asset_ip="192.168.1.77")  # another device
    group = scenes.group_make(box, "web-guard")
    page = text_of(reader.get(f"/alerts/{group.pk}/").content.decode())
    assert "全部で7回あり" in page
    other = scenes.group_make(box, "virus-delivered")
    assert "全部で3回あり" in text_of(reader.get(f"/alerts/{other.pk}/").content.decode())


def test_single_alerts_are_listed_by_pages_with_what_the_box_logged(reader: Client, cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "virus-delivered", count=12)
    page = text_of(reader.get(f"/alerts/{group.pk}/?page=2").content.decode())
    assert "全12件のうち 11〜12件目" in page
    for logged in ("192.168.1.40", "02:00:5e:00:53:17", "198.51.100.20", "Eicar-Test-Signature", "請求書.zip"):
        assert logged in page


def test_an_alert_of_an_open_case_leads_to_the_case(reader: Client, cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count")
    scenes.incident_make(group, number=5)
    assert "/incidents/5/" in reader.get(f"/alerts/{group.pk}/").content.decode()


def test_hostile_text_from_the_wire_stays_text(reader: Client, cast: Cast) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    box = cast.sakura_box.sensor
    group = scenes.group_make(box, "web-guard", signature=hostile, peer=hostile, category=hostile)
    for path in ("/alerts/", f"/alerts/{group.pk}/", "/"):
        page = reader.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("rule", sorted(scenes.KINDS))
def test_a_firms_pages_use_plain_words(reader: Client, cast: Cast, rule: str) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    scenes.group_make(cast.sakura_box.sensor, rule)
    for path in ("/", "/alerts/?grade=all"):
        assert unexplained(_of(reader, path), "ja") == []


def _of(reader: Client, path: str) -> str:
    return text_of(reader.get(path).content.decode())


def test_the_reader_chooses_the_language(reader: Client, cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    assert reader.post("/i18n/setlang/", {"language": "en", "next": "/"}).status_code == 302
    page = reader.get(f"/alerts/{group.pk}/").content.decode()
    assert '<html lang="en">' in page
    assert "A machine tried to open a dangerous site" in page
    assert "Ask whoever used the machine" in page


def test_a_routers_weakness_stands_under_the_routers_name_on_every_page(reader: Client, cast: Cast) -> None:
    """Not under that of the machine somebody happened to sit at."""
    flow: dict[str, Any] = {"src_ip": "192.168.1.20", "dest_ip": "192.168.1.1"}
    weak = {"category": "Attempt to login by a default username and password", "action": "allowed"}
    Sender(cast.sakura_box).batch([alert_line(**flow, flow=flow, ether=None, alert=weak)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        group = AlertGroup.objects.get()
    for address in ("/", "/alerts/"):
        page = text_of(reader.get(address).content.decode())
        assert "192.168.1.1" in page, address
        assert "192.168.1.20" not in page, address
    page = text_of(reader.get(f"/alerts/{group.pk}/").content.decode())
    assert "社内のもう1台の機器です。" in page
    assert "パスワードに弱点があるかもしれません" in page
