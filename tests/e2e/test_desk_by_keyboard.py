"""The call centre works through its queue without the mouse."""

from __future__ import annotations

import json
import urllib.request

from playwright.sync_api import Page, expect

from tenants.accounts.tokens import token_create
from tenants.tenancy.scope import person_scope
from tests.e2e.browser import DESK
from tests.e2e.conftest import Site

RINGS_MS = 6_000  # two rings of a Japanese telephone (a second of ringing, two of silence)


def _selected(page: Page) -> str:
    return page.locator('[data-queue-row][aria-selected="true"] [data-queue-open]').inner_text()


def test_j_k_enter_and_help(site: Site) -> None:
    page = site.visit("agent@desk.invalid", DESK)
    assert page.url == f"{site.address}/desk/"
    assert _selected(page) == "さくら歯科"
    page.keyboard.press("j")
    assert _selected(page) == "山田製作所"
    page.keyboard.press("k")
    assert _selected(page) == "さくら歯科"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys = page.locator("#keyboard-help tr:visible kbd").all_inner_texts()
    assert {"j", "k", "Enter", "/", "?", "p"} <= set(keys), "also the page's own: p takes a call"
    assert "x" not in keys, "there is nothing to tick"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("さくら歯科: 初動対応の案内")
    page.keyboard.press("?")
    keys = page.locator("#keyboard-help tr:visible kbd").all_inner_texts()
    assert "t" in keys
    assert "j" not in keys, "a task has no rows"
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.get_by_text("担当になりました。")).to_be_visible()
    page.get_by_label("結果").fill("電話した。LANケーブルを抜いてもらった。")
    page.get_by_role("button", name="完了にする").click()
    expect(page.get_by_text("完了にしました。")).to_be_visible()


def test_the_open_queue_shows_what_came_meanwhile_and_keeps_the_place(site: Site) -> None:
    from tests.portal import scenes

    page = site.visit("agent@desk.invalid", DESK)
    page.keyboard.press("j")
    rows = page.locator("[data-queue-row]")
    before = rows.count()
    scenes.task_make(
        scenes.incident_make(scenes.group_make(site.cast.yamada_box.sensor, "outbound-malware-count"), number=9)
    )
    expect(rows).to_have_count(before + 1, timeout=20_000)
    expect(page.locator('[data-queue-row][aria-selected="true"]')).to_have_count(1)
    expect(page.locator("[data-queue-open]:focus")).to_have_count(1)


def _tabs_to_a_field(page: Page, most: int) -> int:
    """How often Tab is pressed until somebody can type or choose, once the page has put the keyboard at its form."""
    page.wait_for_load_state()
    for pressed in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('input:not([type=hidden]), textarea, select')"):
            return pressed
    raise AssertionError(f"no field after {most} Tabs")


def test_a_caller_with_a_high_incident_is_on_the_screen_before_a_word_and_joins_it_by_one_key(site: Site) -> None:
    page = site.visit("agent@desk.invalid", DESK)
    page.goto(f"{site.address}/desk/call/?number=%2B81750000101")
    expect(page.get_by_role("row", name="さくら歯科")).to_contain_text("重要度 高(★★★)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("さくら歯科との通話")
    expect(page.locator(".running").first).to_contain_text("重要度 高(★★★)")
    assert _tabs_to_a_field(page, 2) <= 2
    expect(page.get_by_label("お名前")).to_be_focused()
    page.keyboard.type("桜井")
    page.keyboard.press("Escape")
    page.keyboard.press("1")  # of two that are open, the most important one
    expect(page.get_by_text("相談に記録しました。")).to_be_visible()
    expect(page.get_by_text("番の件として記録しました。")).to_be_visible()
    assert _tabs_to_a_field(page, 2) <= 2
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.get_by_label("内部メモ(会社には見えません)")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    assert _tabs_to_a_field(page, 2) == 1, "the fold opened where Tab goes on"


def test_a_ringing_caller_with_a_high_incident_comes_onto_the_open_queue_by_itself(site: Site) -> None:
    """The telephones tell that it rings; nobody touches the page until the greeting."""
    page = site.visit("agent@desk.invalid", DESK)
    expect(page.get_by_role("heading", level=1)).to_have_text("受付一覧")
    with person_scope(site.cast.agent.pk, site.cast.desk.pk):
        token = token_create(name="CTI", scopes=["write:calls"], days=30).secret
    body = json.dumps({"call": "c-1", "number": "+81750000101", "event": "offered"}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{site.address}/api/v1/calls", body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200
    ring = page.get_by_role("status").filter(has_text="電話が鳴っています")
    expect(ring).to_contain_text("さくら歯科", timeout=RINGS_MS)
    expect(ring).to_contain_text("重要度 高(★★★)")
    page.keyboard.press("c")
    expect(page.get_by_role("row", name="さくら歯科")).to_contain_text("重要度 高(★★★)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("さくら歯科との通話")
    expect(page.locator(".running").first).to_contain_text("重要度 高(★★★)")
