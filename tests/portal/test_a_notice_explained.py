"""One notice: which machine, how it went on, drawings of what to do, why its importance, what came of similar ones."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alerts.models import Alert, AlertGroup, InboxBatch
from alerts.ui.facts import mail_date
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.pages import inline_code, text_of
from tests.sensors.box import Sender, alert_line, ingest_all

HOUR = timedelta(hours=1)
OPENS_MAIL: dict[str, Any] = {
    "event_type": "antivirus",
    "http": None,
    "app_proto": "smtp",
    "direction": "to_server",
    "src_ip": "203.0.113.9",
    "dest_ip": "192.168.1.20",
    "flow": {"src_ip": "203.0.113.9", "src_port": 40000, "dest_ip": "192.168.1.20", "dest_port": 25},
    "ether": {"src_mac": "02:00:00:00:00:01", "dest_mac": "02:00:00:00:01:14"},
    "email": {"from": "a@b.example", "subject": "請求書", "date": "Fri, 20 Nov 2026 14:05:00 +0900"},
    "antivirus": {"engine": "clamd", "signature": "Win.Sample-1", "action": "allowed", "filename": "invoice.zip"},
}


@pytest.fixture
def reader(cast: Cast) -> Client:
    scenes.box_seen(cast.sakura_box.sensor)
    client = Client()
    client.force_login(cast.hanako)
    return client


def _page(reader: Client, group: AlertGroup, query: str = "") -> str:
    return reader.get(f"/alerts/{group.pk}/{query}").content.decode()


def test_an_hour_of_a_week_says_how_the_week_went_and_leads_to_its_newest_hour(cast: Cast, reader: Client) -> None:
    now, groups = timezone.now(), []
    for number in range(14):
        at = now - timedelta(days=3) + number * 2 * HOUR
        groups.append(scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=at, count=2, blocked=1))
    page = _page(reader, groups[0])
    words = text_of(page)
    assert "全部で28回あり、うち14回をセンサーが止めました" in words
    assert "を最後に止まっています" in words
    assert "時間ごとのお知らせ(14件)" in words
    assert "1日ごとの回数" in words
    assert f'href="/alerts/{groups[-1].pk}/"' in page
    assert "このあとにも見つかっています" in words
    assert "このあとにも" not in _page(reader, groups[-1])
    assert "全14件のうち 11〜14件目" in text_of(_page(reader, groups[0], "?hours=2"))


def test_a_single_notice_has_neither_a_chart_nor_a_list_of_hours(cast: Cast, reader: Client) -> None:
    words = text_of(_page(reader, scenes.group_make(cast.sakura_box.sensor, "web-guard")))
    assert "1日ごとの回数" not in words
    assert "時間ごとのお知らせ" not in words
    assert "24時間以内に検知" in words


@pytest.mark.parametrize(
    ("rule", "drawn"),
    [
        ("outbound-malware-count", {"pull-lan-cable"}),
        ("outbound-malware", {"scan-machine"}),
        ("internal-weakness", {"change-password"}),
        ("inbound-blocked", set()),
    ],
)
def test_what_is_asked_at_once_is_drawn(cast: Cast, reader: Client, rule: str, drawn: set[str]) -> None:
    page = _page(reader, scenes.group_make(cast.sakura_box.sensor, rule))
    shown = {name for name in ("pull-lan-cable", "scan-machine", "change-password") if f"img/{name}" in page}
    assert shown >= drawn
    assert bool(shown) is bool(drawn)
    assert page.count("<figure") == len(shown)
    assert inline_code(page) == []


def test_why_it_has_its_importance(cast: Cast, reader: Client) -> None:
    words = text_of(_page(reader, scenes.group_make(cast.sakura_box.sensor, "outbound-malware", blocked=1)))
    assert "なぜこの重要度か" in words
    assert "ウイルスへの感染や被害の可能性があるときです" in words
    assert "センサーが止めたか一部だけ止めました" in words
    assert "通信の向き外部への不正通信" in words


def test_similar_ones_of_the_firm_and_what_came_of_them(cast: Cast, reader: Client) -> None:
    now, box = timezone.now(), cast.sakura_box.sensor
    earlier = scenes.group_make(box, "outbound-malware", at=now - timedelta(days=40), asset_ip="192.168.1.50")
    page = _page(reader, earlier)
    act = page.split('name="act" value="')[1].split('"')[0]
    reader.post(f"/alerts/{earlier.pk}/answer/", {"act": act, "answer": "reinstalled"})
    scenes.group_make(box, "web-guard", at=now - timedelta(days=3))
    scenes.group_make(cast.yamada_box.sensor, "outbound-malware", asset_ip="192.168.1.99")
    words = text_of(_page(reader, scenes.group_make(box, "outbound-malware")))
    part = words[words.index("似たお知らせ") : words.index("くわしい記録")]
    assert "192.168.1.50" in part
    assert "お答え: パソコンを初期化して入れ直した" in part
    assert "確認済み" in part
    assert "危険なサイト" not in part
    assert "192.168.1.99" not in part


def test_without_similar_ones_nothing_is_said(cast: Cast, reader: Client) -> None:
    assert "似たお知らせ" not in _page(reader, scenes.group_make(cast.sakura_box.sensor, "web-guard"))


# -- what the box logged (OSK 3.4.2.1)


def test_the_mails_date_and_subject_are_kept_and_shown(cast: Cast, reader: Client) -> None:
    Sender(cast.sakura_box).batch([alert_line(**OPENS_MAIL)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        alert = Alert.objects.get()
        assert alert.mail_date == "Fri, 20 Nov 2026 14:05:00 +0900"
        group = AlertGroup.objects.get()
    words = text_of(_page(reader, group))
    assert "メールの日付: 2026年11月20日(金) 14:05" in words
    assert "メールの件名: 請求書" in words


def test_the_program_is_kept_of_what_its_use_is_about_and_of_nothing_else(cast: Cast, reader: Client) -> None:
    web = {"hostname": "file.example", "url": "/", "http_user_agent": "BitSample/7.1"}
    policy = {"category": "Potential Corporate Privacy Violation", "signature": "P2P client in use"}
    Sender(cast.sakura_box).batch([alert_line(http=web, alert=policy), alert_line(http=web)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        programs = dict(Alert.objects.values_list("function", "app_name"))
        assert programs == {"apg": "BitSample/7.1", "ips": ""}
        group = AlertGroup.objects.get(function="apg")
    assert "アプリ: BitSample/7.1" in text_of(_page(reader, group))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Fri, 20 Nov 2026 14:05:00 +0900", "2026年11月20日(金) 14:05"),
        ("Fri, 20 Nov 2026 05:05:00 +0000", "2026年11月20日(金) 14:05"),
        ("Fri, 20 Nov 2026 05:05:00 -0000", "Fri, 20 Nov 2026 05:05:00 -0000"),
        ("yesterday", "yesterday"),
        ("Mon, 31 Dec 9999 23:59:00 -2359", "Mon, 31 Dec 9999 23:59:00 -2359"),
        ("", ""),
    ],
)
def test_a_date_somebody_made_up_is_shown_as_it_is(text: str, shown: str) -> None:
    assert mail_date(text) == shown


def test_the_record_as_the_box_sent_it_is_read_back(cast: Cast, reader: Client) -> None:
    Sender(cast.sakura_box).batch([alert_line(), alert_line(http={"hostname": "two.example", "url": "/‮x"})])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        group = AlertGroup.objects.get()
        alert = Alert.objects.get(host="two.example")
    address = f"/alerts/{group.pk}/records/{alert.epoch}/{alert.seq}/"
    assert f'href="{address}"' in _page(reader, group)
    page = reader.get(address).content.decode()
    assert "two.example" in page
    assert "c2.example.net" not in page
    assert "[U+202E]" in page
    assert "flow_id" in page
    with tenant_scope(cast.sakura_dental.pk):
        InboxBatch.objects.update(batch_id=uuid.uuid4())
    assert "元の記録は、もう保管していません" in reader.get(address).content.decode()


def test_a_record_is_its_firms_and_its_notices_own(cast: Cast, reader: Client) -> None:
    Sender(cast.yamada_box).batch([alert_line()])
    ingest_all(cast.yamada_box)
    with tenant_scope(cast.yamada_works.pk):
        group, alert = AlertGroup.objects.get(), Alert.objects.get()
    address = f"/alerts/{group.pk}/records/{alert.epoch}/{alert.seq}/"
    assert reader.get(address).status_code == 404
    own = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    assert reader.get(f"/alerts/{own.pk}/records/{alert.epoch}/{alert.seq + 10_000}/").status_code == 404


def test_hostile_text_in_a_record_stays_text(cast: Cast, reader: Client) -> None:
    hostile: dict[str, Any] = {"hostname": "<script>alert(1)</script>", "url": "/"}
    Sender(cast.sakura_box).batch([alert_line(http=hostile)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        group, alert = AlertGroup.objects.get(), Alert.objects.get()
    page = reader.get(f"/alerts/{group.pk}/records/{alert.epoch}/{alert.seq}/").content.decode()
    assert "<script>alert" not in page
    assert json.dumps("&lt;script&gt;alert(1)&lt;/script&gt;")[1:-1] in page
