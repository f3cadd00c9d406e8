"""A firm's owner, on a phone and at a desk: logs in, sees the answer, reads an alert, takes the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import DESK, PHONE
from tests.e2e.conftest import Site


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_from_log_in_to_the_report(site: Site, width: int, tmp_path: Path) -> None:
    page = site.visit("hanako@sakura.invalid", width)
    expect(page.get_by_role("heading", level=1)).to_contain_text("ウイルスに感染したおそれが強い")
    page.get_by_role("link", name="いますぐやることを見る").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ウイルスに感染したおそれがあります")
    expect(page.get_by_text("LANケーブルを抜く").first).to_be_visible()
    page.get_by_role("link", name="お知らせ", exact=True).click()
    page.get_by_role("link", name="危険なサイトを開こうとした端末があります").first.click()
    expect(page.get_by_text("2回すべて、センサーが止めました。")).to_be_visible()
    page.get_by_text("センサーが記録したこと").click()
    expect(page.get_by_text("Web guard: phishing site")).to_be_visible()
    page.get_by_role("link", name="報告書").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="2026年10月の報告書をPDFで受け取る").click()
    target = tmp_path / "report.pdf"
    started.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF")
    assert started.value.suggested_filename == "見守り報告書_さくら歯科_2026-10.pdf"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_no_page_is_wider_than_its_window_or_refused_by_the_policy(site: Site, width: int) -> None:
    page = site.visit("hanako@sakura.invalid", width)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in ("/", "/alerts/", "/alerts/?grade=all&days=90", "/incidents/2/", "/reports/"):
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints == []


def test_touch_targets_are_large_enough_on_a_phone(site: Site) -> None:
    page = site.visit("hanako@sakura.invalid", PHONE)
    for path in ("/", "/alerts/", "/incidents/2/", "/reports/"):
        page.goto(site.address + path)
        assert _small_targets(page) == [], path


def _small_targets(page: Page) -> list[str]:
    """Buttons, selects and navigation lower than 44 px."""
    targets: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.button, select, .main-nav a, summary, .header-button, .pagination a')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 120))"
    )
    return targets


def test_everything_a_firm_does_works_without_scripts(site: Site) -> None:
    context = site.browser.new_context(
        java_script_enabled=False, locale="ja-JP", viewport={"width": PHONE, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{site.address}/accounts/login/")
    page.fill("input[name=login]", "hanako@sakura.invalid")
    page.fill("input[name=password]", "a long enough passphrase")
    page.get_by_role("button", name="ログインする").click()
    page.get_by_role("link", name="お知らせ", exact=True).click()
    page.get_by_text("重要度や期間で絞り込む").click()
    page.get_by_label("重要度").select_option("1")
    page.get_by_role("button", name="絞り込む").click()
    expect(page).to_have_url(f"{site.address}/alerts/?q=&grade=1&function=&days=")
    page.get_by_role("link", name="社内の機器のパスワードに弱点があるかもしれません").click()
    page.get_by_text("1回ごとの記録").first.click()
    expect(page.get_by_role("cell", name="192.168.1.31:443").first).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
