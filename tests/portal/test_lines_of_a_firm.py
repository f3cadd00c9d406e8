"""A firm's list: what is the same over hours and days is one line; it is searched, filtered, and used by keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alerts.models import AlertGroup
from alerts.ui import line_search
from base.identity import search_fold
from sensors.models import Device, Sensor, WatchGap
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.measuring import queries
from tests.portal.pages import text_of

HOUR = timedelta(hours=1)


@pytest.fixture
def reader(cast: Cast) -> Client:
    scenes.box_seen(cast.sakura_box.sensor)
    client = Client()
    client.force_login(cast.hanako)
    return client


def _list(reader: Client, query: str = "") -> str:
    return text_of(reader.get(f"/alerts/{query}").content.decode())


def _week(cast: Cast, rule: str = "outbound-malware", *, hours: int = 24, until: float = 2, **fields: Any) -> None:
    """The same in each of so many hours, the last of them `until` hours ago."""
    end = timezone.now() - until * HOUR
    for number in range(hours):
        scenes.group_make(cast.sakura_box.sensor, rule, at=end - number * HOUR, count=1, **fields)


def test_the_same_in_many_hours_is_one_line_with_its_sum_and_its_first_and_last_time(
    cast: Cast, reader: Client
) -> None:
    _week(cast, hours=30)
    html = reader.get("/alerts/").content.decode()
    page = text_of(html)
    assert html.count("data-queue-open") == 1
    assert "30回" in page
    assert "今日までに1件あります" in page
    assert "最初は20" in page
    with tenant_scope(cast.sakura_dental.pk):
        newest = AlertGroup.objects.order_by("-last_at")[0]
    assert f'href="/alerts/{newest.pk}/"' in html


def test_a_line_says_whether_it_has_stopped(cast: Cast, reader: Client) -> None:
    _week(cast, hours=3, until=30)
    assert "止まっています" in _list(reader)
    with tenant_scope(cast.sakura_dental.pk):
        WatchGap.objects.create(
            tenant_id=cast.sakura_dental.pk,
            sensor=cast.sakura_box.sensor,
            function="ips",
            cause="unavailable",
            began_at=timezone.now() - 20 * HOUR,
            ended_at=timezone.now() - 5 * HOUR,
        )
    assert "止まったか不明" in _list(reader)
    _week(cast, hours=1, until=1)
    assert "24時間以内に検知" in _list(reader)


def test_nothing_is_called_stopped_while_the_box_is_silent_or_its_function_off(cast: Cast, reader: Client) -> None:
    _week(cast, hours=1, until=100)
    assert "止まっています" in _list(reader)
    scenes.box_seen(cast.sakura_box.sensor, timezone.now() - 3 * HOUR)
    assert "止まったか不明" in _list(reader)
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.update(
            last_seen_at=timezone.now(),
            unprotected_since=timezone.now() - 90 * HOUR,
            heartbeat={"protection": "bypass", "functions": {"ips": "on"}},
        )
    assert "止まったか不明" in _list(reader)


def test_the_importance_of_a_line_is_the_highest_of_the_period(cast: Cast, reader: Client) -> None:
    same: dict[str, Any] = {"family": "f", "asset_ip": "192.168.1.23", "count": 1}
    now = timezone.now()
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", at=now - timedelta(days=20), **same)
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=now - timedelta(days=2), **same)
    page = _list(reader)
    assert "重要度 高(★★★)" in page
    assert "いちばん新しいものは重要度 中(★★☆)" in page
    week = reader.get("/alerts/?days=7").content.decode()
    assert "importance--3" not in week
    assert "importance--2" in week
    assert "192.168.1.23" in _list(reader, "?grade=3")
    assert "192.168.1.23" not in _list(reader, "?grade=2")
    assert "192.168.1.23" in _list(reader, "?grade=2&days=7")
    assert "192.168.1.23" not in _list(reader, "?grade=3&days=7")


@pytest.mark.parametrize(
    ("words", "hit"),
    [
        ("けいり", True),
        ("ケイリ", True),
        ("bank-example", True),
        ("BANK 192.168.1.31", True),
        ("02:00:5e", True),
        ("危険なサイト", True),
        ("Web guard", True),
        ("危険なサイト 192.168.1.99", False),
        ("かいけい", False),
        ("%", False),
        ("", True),
    ],
)
def test_words_are_looked_for_in_what_a_line_shows(cast: Cast, reader: Client, words: str, hit: bool) -> None:
    scenes.group_make(cast.sakura_box.sensor, "web-guard")
    with tenant_scope(cast.sakura_dental.pk):
        Device.objects.create(
            tenant_id=cast.sakura_dental.pk,
            sensor=cast.sakura_box.sensor,
            mac="02:00:5e:00:53:17",
            given_name="ケイリのパソコン",
            first_seen_at=timezone.now(),
            last_seen_at=timezone.now(),
        )
    html = reader.get("/alerts/", {"q": words}).content.decode()
    assert ("data-queue-open" in html) is hit
    assert f'value="{words}"' in html or not words
    if not hit:
        assert "この条件に合うお知らせはありません" in html


def test_the_search_says_how_far_it_looked(cast: Cast, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        scenes.group_make(cast.sakura_box.sensor, "web-guard", family=f"f{number}", peer=f"site{number}.example")
    assert "新しいものから" not in _list(reader, "?q=site")
    monkeypatch.setattr(line_search, "MOST_SEARCHED", 3)
    monkeypatch.setattr("portal.ui.alert_list.MOST_SEARCHED", 3)
    assert "言葉でさがしたのは、新しいものから3件の中です" in _list(reader, "?q=site")


def test_width_case_and_kana_make_no_difference() -> None:
    assert search_fold("ＰＣ ケイリ") == search_fold("pc けいり")
    assert search_fold("ヴ") == search_fold("ゔ")


def test_records_are_listed_by_the_hour_and_searched_too(cast: Cast, reader: Client) -> None:
    _week(cast, "inbound-blocked", hours=3)
    _week(cast, "web-guard", hours=2)
    assert "192.168.1.10" not in _list(reader)
    page = _list(reader, "?grade=0")
    assert "今日までに3件あります" in page
    assert "1時間ごとに分けています" in page
    assert "今日までに5件あります" in _list(reader, "?grade=all")
    assert "今日までに3件あります" in _list(reader, "?grade=all&q=sql")
    assert "この条件に合うお知らせはありません" in _list(reader, "?grade=0&q=bank")


def test_filters_and_words_stay_in_the_address_of_the_next_page(cast: Cast, reader: Client) -> None:
    for number in range(23):
        scenes.group_make(
            cast.sakura_box.sensor, "web-guard", count=1, family=f"f{number}", peer=f"site{number}.example"
        )
    html = reader.get("/alerts/?q=site&function=wg").content.decode()
    assert "全23件のうち 1〜20件目" in text_of(html)
    assert "?q=site&amp;function=wg&amp;page=2" in html
    assert "全23件のうち 21〜23件目" in _list(reader, "?q=site&function=wg&page=2")


def test_open_questions_are_lines_too(cast: Cast, reader: Client) -> None:
    _week(cast, hours=5, until=24 * 50)
    _week(cast, "web-guard", hours=2)
    html = reader.get("/alerts/?open=1").content.decode()
    assert html.count("data-queue-open") == 2
    assert "確認待ち" in text_of(html)
    assert "確認が済んでいないお知らせが2件あります" in reader.get("/").content.decode()


def test_one_answer_settles_the_whole_line(cast: Cast, reader: Client) -> None:
    _week(cast, hours=5)
    with tenant_scope(cast.sakura_dental.pk):
        newest = AlertGroup.objects.order_by("-last_at")[0]
    assert "確認待ち" in _list(reader)
    page = reader.get(f"/alerts/{newest.pk}/").content.decode()
    act = page.split('name="act" value="')[1].split('"')[0]
    reader.post(f"/alerts/{newest.pk}/answer/", {"act": act, "answer": "removed"})
    page = _list(reader)
    assert "確認済み" in page
    assert "お答え: ウイルスを検査し、見つかったので駆除した" in page
    assert "確認が済んでいないお知らせはありません" in _list(reader, "?open=1")
    assert "守られています" in reader.get("/").content.decode()


def test_a_firm_with_many_hours_costs_what_one_with_few_does(cast: Cast, reader: Client) -> None:
    _week(cast, hours=2)
    before = len(queries(reader, "/alerts/")), len(queries(reader, "/alerts/?q=192"))
    _week(cast, hours=40, until=5, family="g")
    assert (len(queries(reader, "/alerts/")), len(queries(reader, "/alerts/?q=192"))) == before


def test_the_list_is_used_by_keys(cast: Cast, reader: Client) -> None:
    _week(cast, hours=1)
    html = reader.get("/alerts/").content.decode()
    for wanted in ("js/queue.js", 'data-queue="waits"', "data-queue-row", "data-queue-search", 'id="keyboard-help"'):
        assert wanted in html, wanted


def test_another_firms_series_are_not_listed(cast: Cast, reader: Client) -> None:
    scenes.group_make(cast.yamada_box.sensor, "web-guard", asset_ip="192.168.1.77")
    for query in ("", "?grade=all", "?q=192", "?open=1"):
        assert "192.168.1.77" not in _list(reader, query)
