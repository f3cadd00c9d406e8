"""The SOC sees the newest alerts over its firms, and every line that could not be read."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from alerts.ui import work_list
from alerts.ui.unreadable import WORDS
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.measuring import audit_trail, queries
from tests.portal.pages import text_of

ALERTS = Path(__file__).resolve().parents[2] / "alerts"


@pytest.fixture
def analyst(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.analyst)
    return client


def _peers(analyst: Client, query: str = "") -> list[str]:
    return re.findall(r"→</span> ([\w.-]+\.test)", analyst.get(f"/soc/alerts/{query}").content.decode())


def test_the_newest_over_all_firms_stand_first(analyst: Client, cast: Cast) -> None:
    now = timezone.now()
    for minutes, box, peer in (
        (30, cast.sakura_box, "b.test"),
        (10, cast.yamada_box, "a.test"),
        (50, cast.yamada_box, "c.test"),
    ):
        scenes.group_make(box.sensor, "web-guard", at=now - timedelta(minutes=minutes), peer=peer, family=peer)
    assert _peers(analyst) == ["a.test", "b.test", "c.test"]
    assert _peers(analyst, f"?firm={cast.sakura_dental.pk}") == ["b.test"]
    assert _peers(analyst, "?function=av") == []
    assert _peers(analyst, "?direction=outbound&firm=999999") == ["a.test", "b.test", "c.test"]


def test_a_full_list_leads_to_what_is_older(analyst: Client, cast: Cast) -> None:
    now = timezone.now()
    for number in range(work_list.NEWEST + 3):
        box = cast.sakura_box if number % 2 else cast.yamada_box
        at = now - timedelta(minutes=number)
        scenes.group_make(box.sensor, "web-guard", at=at, count=1, peer=f"p{number}.test", family=f"f{number}")
    page = analyst.get("/soc/alerts/").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    assert _peers(analyst, older.group(1)) == [f"p{work_list.NEWEST + number}.test" for number in range(3)]


def test_alerts_of_one_moment_are_not_lost_between_two_pages(analyst: Client, cast: Cast) -> None:
    at = timezone.now() - timedelta(minutes=5)
    for number in range(work_list.NEWEST + 3):
        scenes.group_make(
            cast.sakura_box.sensor, "web-guard", at=at, count=1, peer=f"p{number}.test", family=f"f{number}"
        )
    page = analyst.get("/soc/alerts/").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    assert _peers(analyst, older.group(1).replace("&amp;", "&")) == ["p2.test", "p1.test", "p0.test"]


def test_many_firms_and_groups_take_the_same_few_queries(analyst: Client, cast: Cast) -> None:
    scenes.group_make(cast.sakura_box.sensor, "web-guard")
    before = len(queries(analyst, "/soc/alerts/"))
    for number in range(12):
        box = cast.sakura_box if number % 2 else cast.yamada_box
        group = scenes.group_make(box.sensor, "outbound-malware-count", count=1, family=f"f{number}")
        scenes.incident_make(group, number=number + 1)
    assert len(queries(analyst, "/soc/alerts/")) == before <= 28
    assert analyst.get("/soc/alerts/").content.decode().count("インシデント ") == 12


def test_looking_over_all_firms_is_written_down_once(analyst: Client, cast: Cast) -> None:
    analyst.get("/soc/alerts/")
    part = analyst.get("/soc/alerts/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert [line["actor"] for line in audit_trail("alerts.viewed")] == [cast.analyst.pk]


def test_unreadable_lines_and_failed_batches_are_shown_with_their_reason(analyst: Client, cast: Cast) -> None:
    scenes.unreadable_make(cast.sakura_box.sensor, head="<b>broken</b>", reason="not_json")
    scenes.failed_batch_make(cast.yamada_box.sensor, error="decompression failed")
    page = analyst.get("/soc/quarantine/").content.decode()
    for words in ("&lt;b&gt;broken&lt;/b&gt;", "not_json", "さくら歯科", "decompression failed", "山田製作所"):
        assert words in page
    assert "読めなかった行が1件、処理できていない送信が1件あります" in text_of(page)
    assert "JSONとして読めない(途中で切れた行など)" in text_of(page)


def test_every_reason_the_reader_gives_has_words() -> None:
    given = set()
    for name in ("eve.py", "eve_lenient.py", "eve_repair.py", "reading.py"):
        text = (ALERTS / name).read_text()
        given |= set(re.findall(r'(?:Unreadable\(|_put_aside\(seq, )"([a-z_]+)"', text))
    assert given
    assert given <= set(WORDS)


def test_without_trouble_the_page_says_so(analyst: Client) -> None:
    page = text_of(analyst.get("/soc/quarantine/").content.decode())
    assert "読めなかった記録はありません" in page
