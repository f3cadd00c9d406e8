"""The report on paper: its first page is for the president, and nothing of another firm is ever on it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from alerts.models import Alert, AlertGroup
from bench.pdf import sample_figures
from printing.paper import PRESS
from reports.pages import report_html
from reports.verdict import Level, Todo
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.reports.conftest import NOVEMBER, Close, pages_of
from tests.reports.records import alerts_make, box_seen, incident_make
from web.plain_words import unexplained

DAY = timedelta(days=1)


def _printed(figures: dict) -> list[str]:  # type: ignore[type-arg]
    return _pages(report_html(figures))


def _pages(html: str) -> list[str]:
    reader = PdfReader(BytesIO(PRESS.print(html)))
    return ["".join(page.extract_text().split()) for page in reader.pages]


def _first_pages(figures: dict) -> list[str]:  # type: ignore[type-arg]
    """The first page and the beginning of the second, which is all that is laid out."""
    html = report_html(figures)
    return _pages(html[: html.index("見つかったものの内訳") + len("見つかったものの内訳")])


def test_a_firm_reads_its_own_figures_and_no_other_firms(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - DAY, NOVEMBER.end)
    box_seen(cast.yamada_box, NOVEMBER.start - DAY, NOVEMBER.end)
    alerts_make(
        cast.yamada_box,
        NOVEMBER.start + 3 * DAY,
        count=77,
        direction="outbound",
        grade=3,
        notify="at_once",
        signature="YAMADA ONLY BEACON",
        asset_ip="192.168.77.7",
    )
    incident_make(cast.yamada_box, NOVEMBER.start + 3 * DAY)
    alerts_make(cast.sakura_box, NOVEMBER.start + 5 * DAY, count=1234, signature="SAKURA SCAN")
    close()
    yamada, sakura = "".join(pages_of(cast.yamada_works)), "".join(pages_of(cast.sakura_dental))
    for words in ("山田製作所御中", "YAMADAONLYBEACON", "192.168.77.7"):
        assert words in yamada, "the foreign words exist and can be read from a PDF"
        assert words not in sakura
    assert "山田" not in sakura
    assert "さくら歯科御中" in sakura
    assert "外からの攻撃が1,234回" in sakura
    assert "SAKURASCAN" in sakura


def test_what_was_frequent_is_named_by_its_threat_family_before_the_rules_own_name(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - DAY, NOVEMBER.end)
    alerts_make(cast.sakura_box, NOVEMBER.start + 3 * DAY, count=9, signature="ET SCAN Nmap Sample")
    group = alerts_make(
        cast.sakura_box,
        NOVEMBER.start + 4 * DAY,
        direction="outbound",
        grade=2,
        signature="ET MALWARE Win32/AB Activity",
    )
    with tenant_scope(cast.sakura_dental.pk):
        # The malware's name, where its rule had one, stands in the group's signature family only.
        AlertGroup.objects.filter(pk=group.pk).update(family="malware:redline_stealer")
        Alert.objects.filter(group_id=group.pk).update(category="A Network Trojan was detected")
    close()
    paper = "".join(pages_of(cast.sakura_dental))
    assert "入口を探す下調べETSCANNmapSample" in paper
    assert "情報を盗むウイルスETMALWAREWin32/ABActivity" in paper


def test_a_report_frozen_before_there_were_families_keeps_its_words() -> None:
    figures = sample_figures()
    figures["top"]["attacks"]["rows"][0] |= {"kind": "takeover", "name": "OLD NAME"}
    assert "乗っ取ろうとする攻撃" in report_html(figures)


def test_every_page_carries_firm_period_and_number(cast: Cast, close: Close) -> None:
    close()
    pages = pages_of(cast.sakura_dental)
    for number, page in enumerate(pages, start=1):
        assert "さくら歯科御中" in page
        assert "見守り報告書2026年11月" in page
        assert f"{number}/{len(pages)}" in page


def test_a_month_without_alerts_says_what_was_watched(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - DAY, NOVEMBER.end)
    close()
    pages = pages_of(cast.sakura_dental)
    assert "安全です" in pages[0]
    assert "攻撃やあやしい通信は1件も見つかりませんでした" in pages[0]
    assert "30/30日" in pages[0]
    assert "何も起きなかった月に、していたこと" in pages[0]
    assert pages[1].count("該当なし") >= 7


def test_a_silent_box_is_told_and_nothing_is_called_safe(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - 60 * DAY, NOVEMBER.start - 10 * DAY)
    close()
    first = pages_of(cast.sakura_dental)[0]
    assert "確認できていません" in first
    assert "何が起きていたかを見ることができませんでした" in first
    assert "安全です" not in first
    assert "安全でした" not in first
    assert "0/30日" in first


def test_a_box_that_fell_silent_in_the_month_is_told_with_the_time(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - 60 * DAY, NOVEMBER.start + 20 * DAY)
    close()
    first = pages_of(cast.sakura_dental)[0]
    assert "見ることができなかった時間があります" in first
    assert "2026年11月21日(土)00:00から10日" in first
    assert "20/30日" in first


@pytest.mark.parametrize(
    ("todo", "alerts"), [*((todo, True) for todo in Todo), (Todo.KEEP, False), (Todo.CONNECT_BOX, False)]
)
def test_the_first_page_uses_no_word_a_president_must_look_up(todo: Todo, alerts: bool) -> None:
    unknown = {Todo.START_BOX: Level.UNKNOWN, Todo.CONNECT_BOX: Level.UNKNOWN}
    level = (unknown | {Todo.CALL_NOW: Level.DANGER, Todo.KEEP: Level.SAFE}).get(todo, Level.ATTENTION)
    figures = sample_figures()
    figures["verdict"] = {"level": level.value, "todo": todo.value}
    figures["watch"]["gaps"] *= 5
    figures["period"]["until"] = "2026-11-29T10:00:00+00:00"
    if not alerts:
        figures["totals"] = {name: 0 for name in figures["totals"]} | {"grades": [0, 0, 0, 0]}
        figures["daily"] = [day | {"inbound": 0, "outbound": 0, "internal": 0} for day in figures["daily"]]
    first, second = _first_pages(figures)
    assert [word.key for word in unexplained(first, "ja")] == []
    assert "暫定版" in first
    assert "見つかったものの内訳" in second, "the first page holds all that is meant for it"


def test_what_the_sensor_cannot_see_and_the_desk_stand_at_the_end() -> None:
    pages = _printed(sample_figures())
    last = "".join(pages[-2:])
    for words in ("https", "暗号化されたメール", "ルーターに付いているWi-Fi", "会社の外", "0120-000-900"):
        assert words in last


def test_hostile_words_from_the_network_stay_words() -> None:
    figures = sample_figures()
    figures["top"]["sites"]["rows"][0]["name"] = '<img src="file:///etc/passwd"><script>'
    html = report_html(figures)
    assert "<script>" not in html
    assert "&lt;img src=" in html


def test_the_pdf_is_tagged_with_embedded_fonts_and_a_language() -> None:
    reader = PdfReader(BytesIO(PRESS.print(report_html(sample_figures()))))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ja"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    pages: list[Any] = list(reader.pages)
    for page in pages:
        for font in page["/Resources"]["/Font"].values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile3" in below["/FontDescriptor"] or "/FontFile2" in below["/FontDescriptor"]
